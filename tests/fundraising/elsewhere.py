"""A page elsewhere, an export of it, and what was counted of it."""

from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.fundraising import JUNE

ADDRESS = "https://liberapay.com/alder"
COLLECTIVE_CSV = (
    '"datetime","shortId","shortGroup","description","type","kind","isRefund","isRefunded","shortRefundId",'
    '"displayAmount","amount","paymentProcessorFee","netAmount","balance","currency","accountSlug"\n'
    '"2021-06-03T08:00:00","aaaa1111","g1","Monthly","CREDIT","CONTRIBUTION","","","","$5.00",5,-0.5,4.5,10,"USD","alder"\n'
    '"2021-06-03T08:00:00","aaaa2222","g1","Fee","DEBIT","HOST_FEE","","","","-$0.50",-0.5,0,-0.5,10,"USD","alder"\n'
    '"2021-06-04T08:00:00","aaaa3333","g2","Once","CREDIT","CONTRIBUTION","","REFUNDED","r1","$7.00",7,0,7,10,"USD","alder"\n'
    '"2021-06-05T08:00:00","aaaa4444","g3","Back","DEBIT","CONTRIBUTION","REFUND","","r1","-$7.00",-7,0,-7,10,"USD","alder"\n'
    '"2021-06-06T08:00:00","aaaa5555","g4","Added","CREDIT","ADDED_FUNDS","","","","$20.25",20.25,0,20.25,10,"USD","alder"\n'
    '"2021-06-06T08:00:00","aaaa6666","g5","Rent","DEBIT","EXPENSE","","","","-$9.00",-9,0,-9,10,"USD","alder"\n'
)


def make_link(**fields):
    return GivingLink.objects.create(**{"name": "Liberapay", "address": ADDRESS} | fields)


def euros(minor):
    return Money(minor, "EUR")


def received(drive, moment=JUNE):
    return meters.meter(drive, moment).received.minor
