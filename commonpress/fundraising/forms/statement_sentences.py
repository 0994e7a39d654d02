"""What is wrong with a bank's file, in words for who has to get another one."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from commonpress.fundraising.statements.problems import Fault, StatementProblem

SENTENCES: dict[Fault, Any] = {
    "empty": _("The file is empty. Fetch it from your bank once more."),
    "too_large": _("The file is larger than 5 MB. Fetch the statement in shorter stretches of time."),
    "too_many": _("The file has more than 20,000 movements. Fetch the statement in shorter stretches of time."),
    "archive": _("This is an archive. Unpack it and choose the files inside, one after another."),
    "pdf": _("This is a PDF, made for people. Fetch the statement as CAMT.053, MT940 or CSV."),
    "unknown_kind": _("This is no bank statement we can read. Fetch it as CAMT.053, MT940 or CSV."),
    "encoding": _("The letters of the file cannot be read. Choose another encoding, or fetch it once more."),
    "broken_xml": _("The file is damaged here. Fetch it from your bank once more."),
    "truncated": _("The file ends too soon: a part of it is missing. Fetch it from your bank once more."),
    "dtd": _("The file holds instructions no statement has, and is not opened. Where does it come from?"),
    "too_deep": _("The file is not built like a statement, and is not read. Where does it come from?"),
    "not_camt": _("This is XML, but no bank statement. Fetch the statement as CAMT.053, MT940 or CSV."),
    "camt_of_another_kind": _(
        "This is %(what)s, which may hold what is not booked yet. Fetch the statement: camt.053."
    ),
    "camt_version": _("This is %(what)s. We read versions 02, 04, 06 and 08."),
    "missing": _("Here %(what)s is missing, which every statement has. Fetch the file once more."),
    "amount": _("“%(what)s” cannot be read as an amount."),
    "decimals": _("“%(what)s” has more decimals than the currency."),
    "amount_too_large": _("“%(what)s” is more than any account holds."),
    "currency": _("“%(what)s” is no currency. It is written as in EUR or USD."),
    "direction": _("It does not say whether the money came in or went out."),
    "day": _("“%(what)s” cannot be read as a day."),
    "day_to_come": _("%(what)s is still to come. Is the order of day and month right?"),
    "balance": _("The movements do not lead from the first balance to the last, so some are missing."),
    "several_accounts": _("The file holds several accounts. Fetch a statement of one."),
    "another_account": _("This is the statement of another account (%(what)s). Yours is the one under “Ways to give”."),
    "no_header": _("No names of columns stand here. Say in which line they are."),
    "no_column": _("The file has no column “%(what)s”."),
    "column_twice": _("The file has two columns “%(what)s”, and it is not clear which is meant."),
    "quotes": _("A quotation mark is opened here and never closed. Is the separator right?"),
    "nothing_in_it": _("Nothing was booked in the time of this statement."),
}
IN_LINE = _("Line %(line)s: %(sentence)s")


def sentence_of(problem: StatementProblem) -> str:
    sentence = str(SENTENCES[problem.fault]) % {"what": problem.what}
    return sentence if problem.line is None else str(IN_LINE) % {"line": problem.line, "sentence": sentence}
