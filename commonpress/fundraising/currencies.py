"""The currencies people give in: how many decimals each has, and which have ended.

Our own table, because the sources disagree: CLDR gives the digits people write (none for the Ugandan
shilling, none for the Iraqi dinar), not the exponent banks count in. Source: ISO 4217, list one.
Funds codes, metals and testing codes are left out: nobody hands them over.
"""

from dataclasses import dataclass
from datetime import date

NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
TWO_DECIMALS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY"
    " COP CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF"
    " IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK"
    " MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE"
    " SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR"
    " ZMW ZWG ZWL"
)
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

# The last day each could be paid with, and what took its place.
ENDED = {
    "ANG": (date(2025, 6, 30), "XCG"),
    "BGN": (date(2025, 12, 31), "EUR"),
    "CUC": (date(2021, 6, 30), "CUP"),
    "HRK": (date(2022, 12, 31), "EUR"),
    "SLL": (date(2024, 3, 31), "SLE"),
    "ZWL": (date(2024, 8, 31), "ZWG"),
}

# Those that ended since 1999 and that no book of ours was ever kept in, so their decimals are not here; and what
# is paid with where they were, be it the successor of a successor. Source: ISO 4217, list three.
REPLACED = {
    code: successor
    for successor, codes in {
        "AFN": "AFA",
        "AOA": "AON AOR",
        "AZN": "AZM",
        "BYN": "BYB BYR",
        "CDF": "ZRN",
        "EUR": "ADP ATS BEF BGL CYP DEM EEK ESP FIM FRF GRD IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK",
        "GHS": "GHC GHP",
        "MGA": "MGF",
        "MRU": "MRO",
        "MZN": "MZM",
        "RON": "ROL",
        "RSD": "CSD YUM",
        "RUB": "RUR",
        "SDG": "SDD",
        "SRD": "SRG",
        "STN": "STD",
        "TJS": "TJR",
        "TMT": "TMM",
        "TRY": "TRL",
        "USD": "ECS TPE",
        "VES": "VEB VEF",
        "ZMW": "ZMK",
        "ZWG": "ZWD ZWN ZWR",
    }.items()
    for code in codes.split()
}


@dataclass(frozen=True, slots=True)
class Currency:
    code: str
    exponent: int
    last_day: date | None = None
    successor: str = ""


CURRENCIES = {
    code: Currency(code, exponent, *ENDED.get(code, ()))
    for exponent, codes in ((0, NO_DECIMALS), (2, TWO_DECIMALS), (3, THREE_DECIMALS))
    for code in codes.split()
}


class UnknownCurrency(ValueError):
    """No currency has this code."""


class EndedCurrency(ValueError):
    """The currency is no longer paid with; `successor` is the code of the one that took its place."""

    def __init__(self, code: str, successor: str) -> None:
        super().__init__(f"{code} has ended; {successor} took its place.")
        self.code = code
        self.successor = successor


def currency_of(code: str) -> Currency:
    """Return the currency with this ISO code, in either case, those that ended since 2021 included.

    Raises UnknownCurrency.
    """
    try:
        return CURRENCIES[code.upper()]
    except KeyError:
        raise UnknownCurrency(f"No currency has the code {code!r}.") from None


def require_valid(code: str, *, on: date) -> Currency:
    """Return the currency if it can be paid with on that day.

    Raises UnknownCurrency or EndedCurrency.
    """
    if successor := REPLACED.get(code.upper()):
        raise EndedCurrency(code.upper(), successor)
    currency = currency_of(code)
    if currency.last_day is not None and on > currency.last_day:
        raise EndedCurrency(currency.code, currency.successor)
    return currency
