"use strict";
(function () {
  var byId = function (id) { return document.getElementById(id); };
  var list = byId("finding-list");
  var rows = list ? Array.prototype.slice.call(list.children) : [];
  var filters = { s: byId("filter-severity"), d: byId("filter-device"), c: byId("filter-check"),
                  k: byId("filter-control"), v: byId("filter-verdict") };
  var search = byId("filter-text");
  var texts = null;

  function words(row, index) {
    if (!texts) { texts = []; }
    if (texts[index] === undefined) { texts[index] = row.textContent.toLowerCase(); }
    return texts[index];
  }

  function apply() {
    var wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row, index) {
      var data = row.dataset;
      var keep = (!filters.s.value || data.s === filters.s.value) &&
        (!filters.d.value || data.d === filters.d.value) &&
        (!filters.c.value || data.c === filters.c.value) &&
        (!filters.v.value || data.v === filters.v.value) &&
        (!filters.k.value || (" " + data.k + " ").indexOf(" " + filters.k.value + " ") >= 0) &&
        wanted.every(function (word) { return words(row, index).indexOf(word) >= 0; });
      row.hidden = !keep;
      if (keep) { shown += 1; }
    });
    byId("shown-count").textContent = String(shown);
    byId("none-shown").hidden = shown > 0 || rows.length === 0;
  }

  function clear() {
    search.value = "";
    Object.keys(filters).forEach(function (name) { filters[name].value = ""; });
    apply();
  }

  function toggle(row, open) {
    var head = row.querySelector(".finding-head");
    var wanted = open === undefined ? !row.classList.contains("open") : open;
    row.classList.toggle("open", wanted);
    head.setAttribute("aria-expanded", String(wanted));
  }

  if (list) {
    rows.forEach(function (row) { toggle(row, false); });
    var timer = 0;
    search.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(apply, 120);
    });
    Object.keys(filters).forEach(function (name) { filters[name].addEventListener("change", apply); });
    byId("filter-clear").addEventListener("click", clear);
    byId("expand-all").addEventListener("click", function () {
      var open = rows.some(function (row) { return !row.hidden && !row.classList.contains("open"); });
      rows.forEach(function (row) { if (!row.hidden) { toggle(row, open); } });
    });
    list.addEventListener("click", function (event) {
      var head = event.target.closest(".finding-head");
      if (head && !event.target.closest("a")) { toggle(head.parentNode); }
    });
  }

  function showCell(id) {
    document.querySelectorAll(".cell-detail.selected, .matrix a[aria-current]").forEach(function (old) {
      old.classList.remove("selected");
      old.removeAttribute("aria-current");
    });
    var panel = byId(id);
    panel.classList.add("selected");
    var link = document.querySelector('.matrix a[href="#' + id + '"]');
    if (link) { link.setAttribute("aria-current", "true"); }
    byId("matrix-hint").hidden = true;
    panel.scrollIntoView({ block: "nearest" });
    panel.querySelector("h3").focus({ preventScroll: true });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link) { return; }
    var target = (link.getAttribute("href") || "").slice(1);
    if (target.indexOf("cell-") === 0 && byId(target)) {
      event.preventDefault();
      showCell(target);
    } else if (target.indexOf("finding-") === 0 && byId(target)) {
      if (byId(target).hidden) { clear(); }
      if (byId(target).classList.contains("finding")) { toggle(byId(target), true); }
    } else if (target === "findings" && list && link.dataset.filter) {
      clear();
      filters[link.dataset.filter].value = link.dataset.value;
      if (link.dataset.verdict) { filters.v.value = link.dataset.verdict; }
      apply();
    }
  });

  var asked = location.hash.slice(1);
  if (asked.indexOf("cell-") === 0 && byId(asked)) { showCell(asked); }
  if (asked.indexOf("finding-") === 0 && byId(asked) && byId(asked).classList.contains("finding")) {
    toggle(byId(asked), true);
  }
})();
