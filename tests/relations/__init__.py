"""The relations between rules, from the text of a platform to the answer, against others' sets and answers."""
