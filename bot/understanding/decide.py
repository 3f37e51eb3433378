"""Which intent: what was last shown decides first, then the words; of several in one message the gravest, then the first."""

from bot.understanding.facts import Facts
from bot.understanding.rules import CONTEXTS, FIRM, RANKED, RESIDENT, WORKER, Rule


class Decision(Facts):
    """The intent of one text."""

    def primary(self) -> str:
        """The intent that is acted upon."""
        by_context = self._first(CONTEXTS.get(self.context, ()))
        if by_context and by_context != "-":
            return by_context
        for rules in (RANKED, FIRM, WORKER if self.role == "worker" else RESIDENT):
            found = self._first(rules)
            if found:
                return found
        return "other"

    def _first(self, rules: tuple[Rule, ...]) -> str | None:
        return next((rule.intent for rule in rules if self.holds(rule)), None)

    def holds(self, rule: Rule) -> bool:
        """Whether all conditions of a rule do."""
        for condition in rule.conditions:
            for wanted, name in condition:
                if self.has(name) is wanted:
                    break
            else:
                return False
        return True
