"""What the book's own names are called on the desk."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "gift": _("gift"),
    "refund": _("refund"),
    "correction": _("correction"),
    "refund_failed": _("refund that did not arrive"),
}
ACCOUNTS = {
    "asset:bank": _("Bank"),
    "asset:cash": _("Cash"),
    "asset:crypto": _("Crypto currency"),
    "asset:elsewhere": _("Elsewhere"),
    "income:gifts": _("Gifts"),
    "income:fee_cover": _("Fees covered by supporters"),
    "contra:refunds": _("Refunds"),
    "expense:fees": _("Fees"),
}
