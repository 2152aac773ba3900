"""Words for the fact values that titles show, in each language; other values stand as they are."""

from __future__ import annotations

import re

from netaudit.findings import Fact

LANGUAGES = ("en", "zh-TW")

# value -> (English, Chinese as used in Taiwan)
_WORDS = {
    # fields
    "source": ("source", "來源"),
    "destination": ("destination", "目的"),
    "service": ("service", "服務"),
    "none": ("", ""),
    "to_production": ("towards production", "（通往營運區）"),
    # reasons for breadth
    "established": ("(answers told by TCP flags)", "（以 TCP 旗標判斷之回應封包）"),
    "client_ports": ("(answers told by their ports, on a list without state)", "（無狀態清單以埠號放行之回應封包）"),
    "icmp": ("(ICMP only)", "（僅 ICMP）"),
    "icmp_answers": ("(ICMP answers and errors only)", "（僅 ICMP 回應與錯誤訊息）"),
    "neighbour_protocol": ("(neighbours on one link only)", "（僅鄰接設備之控制協定）"),
    "address_assignment": ("(address assignment only: DHCP)", "（僅 DHCP 位址配發）"),
    # the end of a list
    "default_permit": ("the default permits", "預設動作為允許"),
    "default_not_logged": ("the implicit deny is not logged", "隱含拒絕未留存記錄"),
    "deny_not_logged": ("the last deny is not logged", "末端拒絕規則未留存記錄"),
    "log_not_stated": ("logging is not stated", "未載明是否留存記錄"),
    # superfluous rules
    "shadowed_same": (
        "never decides; earlier rules of the same action cover it:",
        "永不生效，已被先前相同動作的規則涵蓋：",
    ),
    "shadowed_other": (
        "never decides; earlier rules of ANOTHER action cover it:",
        "永不生效，已被先前「不同動作」的規則遮蔽：",
    ),
    "redundant": ("can be left out: later rules or the default do the same", "可移除：後續規則或預設動作結果相同"),
    "unmatchable": ("matches no packet", "不符合任何封包"),
    "may_be_superfluous": ("may be superfluous", "可能為多餘規則"),
    "rules around it are known in part": ("rules around it are known only in part", "前後規則僅部分可知"),
    "relations not computed": ("rule relations were not computed", "未計算規則關聯"),
    # exposure
    "no_list": ("no list is bound", "未套用存取控制清單"),
    "undefined_list": ("the list that is bound does not exist", "所套用的清單未定義"),
    # high-risk services
    "clear-text administration": ("clear-text administration", "明文遠端管理"),
    "remote administration": ("remote administration", "遠端管理"),
    "web administration of devices": ("web administration of devices", "設備網頁管理"),
    "file sharing and transfer": ("file sharing and transfer", "檔案分享與傳輸"),
    "directory and authentication": ("directory and authentication", "目錄與驗證服務"),
    "database": ("database", "資料庫"),
    "device management and monitoring": ("device management and monitoring", "設備管理與監控"),
    "mail in clear text": ("mail in clear text", "明文郵件"),
    "web in clear text": ("web in clear text", "明文網頁"),
    "amplification": ("amplification", "可遭放大攻擊利用之服務"),
    "messaging middleware": ("messaging middleware", "訊息中介軟體"),
    "tunnels and proxies": ("tunnels and proxies", "通道與代理服務"),
    # management plane
    "snmp_ro": ("(read-only community)", "（唯讀社群字串）"),
    "snmp_rw": ("(community that may write)", "（可寫入之社群字串）"),
    "well_known_community": ("(a well-known community)", "（眾所周知之社群字串）"),
    "no_source_restriction": ("(no source restriction)", "（未限制來源）"),
    "all interfaces": ("all interfaces", "所有介面"),
    "any protocol": ("any protocol", "任何協定"),
    "a clear-text protocol": ("a clear-text protocol", "明文協定"),
    "never": ("never", "永不逾時"),
    "unstated": ("not stated", "未載明"),
    # lifecycle
    "hardware": ("hardware", "硬體"),
    "software": ("software", "軟體"),
    "undated": ("no date given", "未載明日期"),
    "unnamed": ("not named", "未載明"),
    "plan": ("a row", "計畫列"),
    "owner": ("owner", "負責人"),
    "target_date": ("target date", "預計完成日"),
    # inventory
    "no_export": ("is registered, but has no export", "已登錄於設備清冊，但缺少設定檔"),
    "not_registered": ("has an export, but is not registered", "有設定檔，但未登錄於設備清冊"),
    # reasons why a match is not fully known
    "fqdn": ("domain name", "網域名稱"),
    "geography": ("geography", "地理位址"),
    "application": ("application", "應用程式"),
    "user": ("user", "使用者"),
    "schedule": ("schedule", "時段"),
    "not understood": ("not understood", "無法解讀"),
    "undefined access list": ("undefined access list", "引用未定義的存取控制清單"),
    "undefined class map": ("undefined class map", "引用未定義的類別對應"),
    "internet service": ("Internet service database", "網際網路服務資料庫"),
    "external resource": ("external list", "外部清單"),
    "group cycle": ("group cycle", "群組循環引用"),
    "group nesting": ("group nested too deeply", "群組巢狀過深"),
    "interface address": ("address of an interface", "介面位址"),
    "interface address unknown": ("address of an interface", "介面位址"),
    "virtual ip": ("virtual IP", "虛擬 IP"),
    "wildcard": ("wildcard address", "萬用字元位址"),
    "mask with many holes": ("mask with many holes", "不連續遮罩"),
    "network service": ("network service object", "網路服務物件"),
    "security group": ("security group", "安全群組"),
    "ipset": ("ipset", "ipset 集合"),
    "rate limit": ("rate limit", "流量速率限制"),
    "fragment": ("fragments", "分段封包"),
    "fragments": ("fragments", "分段封包"),
    "reflexive list": ("reflexive list", "反射式存取清單"),
    "dynamic entry": ("dynamic entry", "動態規則"),
    "interface access": ("access by interface", "依介面放行"),
    "route map": ("route map", "路由對應"),
    "policy-based vpn": ("policy-based VPN", "政策式 VPN"),
    "policy-based mode": ("policy-based mode", "政策模式"),
    "not in this file": ("not in this file", "不在此檔案中"),
    "negated source": ("negated source", "反向來源"),
    "undefined reference": ("undefined reference", "引用未定義名稱"),
    "undefined name": ("undefined name", "引用未定義名稱"),
    "object group": ("object group known in part", "物件群組僅部分可知"),
    "logging not stated": ("logging is not stated", "未載明是否留存記錄"),
    "not in the catalogue": ("not in the catalogue", "不在生命週期目錄中"),
    "the export does not hold the management plane": (
        "the export does not hold the management plane",
        "設定檔未包含管理面設定",
    ),
    "a line of the interface was not understood": (
        "a line of the interface was not understood",
        "該介面有無法解讀的設定行",
    ),
    "the idle timeout is not stated": ("the idle timeout is not stated", "未載明閒置逾時"),
    "the sources are known only in part": ("the sources are known only in part", "來源限制僅部分可知"),
    # third-party lines and zones
    "while_failed": (" while one of these has failed: ", "；於下列任一線路或設備故障期間："),
    "in": ("in", "連入"),
    "out": ("out", "連出"),
    "ended": ("ended", "到期日"),
    "missing": ("none is recorded", "無約定紀錄"),
    "not begun": ("not yet in force", "尚未生效"),
    "multicast is not followed": ("multicast is not followed", "未追蹤群播流量"),
    "too many paths: the search was ended": ("too many paths: the search was ended", "路徑過多，已停止搜尋"),
    "too many paths: not every rule on them is named": (
        "too many paths: not every rule on them is named",
        "路徑過多，未能列出其上所有規則",
    ),
    "no interface of the snapshot stands in the zone": (
        "no interface of the snapshot stands in the zone",
        "沒有任何介面位於此區域",
    ),
}
# Reasons with names in them: the English text, and the same in Chinese with the names by number.
_SENTENCES = (
    (r"(.+): next hop (\S+) has no export", "{0}：下一跳 {1} 沒有設定檔"),
    (r"(.+): what lies behind (\S+) is not known .*", "{0}：{1} 之後的網路不明（通道或缺少設定檔）"),
    (r"(.+): routes learned by (.+) are not computed", "{0}：未計算由 {1} 學得的路由"),
    (r"(.+): lines that affect (\w+) were not understood \((.*)\)", "{0}：有影響 {1} 的設定行無法解讀（{2}）"),
    (r"(.+): route (\S+) is in force only while (.+) is up", "{0}：路由 {1} 僅於 {2} 正常時生效"),
    (r"(.+): route (\S+) has no interface that could carry it", "{0}：路由 {1} 沒有可用的介面"),
    (
        r"(.+): whether ports towards (.+) go down or tracked routes are withdrawn is not known",
        "{0}：{1} 故障時，通往該處之埠是否斷線或追蹤路由是否撤除，設定檔無法得知",
    ),
    (
        r"(.+): its captured table is not what is computed; what holds without (.+) is not known",
        "{0}：擷取之路由表與計算結果不同，{1} 故障時之路由不明",
    ),
    (r"(.+): which ports towards (.+) go down together is not known", "{0}：{1} 故障時，哪些埠同時斷線不明"),
    (r"not repeated with each part failed: (\d+) parts are left", "尚有 {0} 個線路或設備未逐一假設故障重算"),
    (r"zone (\S+) is attached to no device of the snapshot", "區域 {0} 未連接任何已匯出之設備"),
)
_UNDECIDED = {"en": "Undecided: {title} ({why})", "zh-TW": "無法判定：{title}（{why}）"}
_YES_NO = {"en": ("yes", "no"), "zh-TW": ("是", "否")}
_JOINED = {"en": ", ", "zh-TW": "、"}


def fact_words(fact: Fact, language: str) -> str:
    """Return a fact as people read it; a long tuple is cut after eight parts."""
    if isinstance(fact, bool):
        return _YES_NO[language][0 if fact else 1]
    if fact is None:
        return ""
    if isinstance(fact, tuple):
        shown = _JOINED[language].join(fact_words(part, language) for part in fact[:8])
        return f"{shown} (+{len(fact) - 8})" if len(fact) > 8 else shown
    known = _WORDS.get(fact) if isinstance(fact, str) else None
    return known[LANGUAGES.index(language)] if known else str(fact)


def undecided_words(title: str, why: str, language: str) -> str:
    """Return the title of a subject that could not be decided; reasons are separated by "; " or ", "."""
    reasons = "; ".join(_reason_words(one, language) for one in why.split("; "))
    return _UNDECIDED[language].format(title=title, why=reasons)


def _reason_words(reason: str, language: str) -> str:
    parts = reason.split(", ")
    if all(part in _WORDS for part in parts):
        return _JOINED[language].join(fact_words(part, language) for part in parts)
    if language == "zh-TW":
        for pattern, words in _SENTENCES:
            match = re.fullmatch(pattern, reason)
            if match:
                return words.format(*match.groups())
    return fact_words(reason, language)
