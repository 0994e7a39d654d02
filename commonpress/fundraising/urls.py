from django.urls import path, register_converter
from django.views.generic import RedirectView

from commonpress.fundraising.views import (
    badge,
    crypto,
    documents,
    give,
    ledger,
    meter,
    mine,
    mine_door,
    owners,
    readers_book,
    receipts,
    supporters,
)


class PeriodKey:
    regex = r"[0-9]{4}-(?:0[1-9]|1[0-2])|all"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PeriodKey, "period")

app_name = "fundraising"

urlpatterns = [
    path("give/", give.give, name="give"),
    path("give/to/<slug:slug>/", give.give_to, name="give_to"),
    path("give/bitcoin/", crypto.give, name="bitcoin"),
    path("give/bitcoin/<slug:public_id>/", crypto.transfer, name="transfer"),
    path("give/mine/", mine_door.door, name="mine"),
    path("give/mine/asked/", mine_door.asked, name="mine_asked"),
    path("give/mine/open/<slug:key>/", mine_door.open_up, name="mine_open"),
    path("give/mine/leave/", mine_door.leave, name="mine_leave"),
    path("give/mine/name/", mine.name, name="mine_name"),
    path("give/mine/mark/", mine.mark, name="mine_mark"),
    path("give/mine/receipt/<slug:public_id>/", mine.receipt, name="mine_receipt"),
    path("give/mine/pledge/<slug:public_id>/", mine.pledge, name="mine_pledge"),
    path("give/mine/data/", mine.data, name="mine_data"),
    path("give/mine/erase/", mine.erase, name="mine_erase"),
    path("give/receipt/<slug:number>/<slug:token>/", receipts.receipt, name="receipt"),
    path("give/receipt/<slug:number>/<slug:token>/pdf/", receipts.receipt_as_pdf, name="receipt_pdf"),
    path("give/year/<int:year>/<int:pk>/<slug:token>/", receipts.annual, name="annual"),
    path("give/year/<int:year>/<int:pk>/<slug:token>/pdf/", receipts.annual_as_pdf, name="annual_pdf"),
    path("give/<slug:public_id>/", give.pledge, name="pledge"),
    path("give/<slug:public_id>/cancel/<slug:token>/", give.cancel, name="cancel"),
    path("-/supporter", badge.change, name="badge"),
    # The months have one place.
    path("meter/", RedirectView.as_view(pattern_name="fundraising:ledger", permanent=True), name="meter"),
    path("embed/meter/", meter.embed, name="embed"),
    path("meter.json", meter.figures, name="figures"),
    path("meter.svg", meter.picture, name="picture"),
    path("embed/meter/<slug:slug>/", meter.embed, name="drive_embed"),
    path("meter/<slug:slug>.json", meter.figures, name="drive_figures"),
    path("meter/<slug:slug>.svg", meter.picture, name="drive_picture"),
    path("supporters/", supporters.page, name="supporters"),
    path("ledger/", ledger.present, name="ledger"),
    path("ledger/check/", readers_book.check, name="check_ledger"),
    path("ledger/owners/", owners.page, name="owners"),
    path("ledger/documents/<slug:public_id>/", documents.document, name="spending_document"),
    path("ledger/book.csv", readers_book.book, name="book_csv"),
    path("ledger/<period:period_key>/", ledger.month, name="month"),
    path("ledger/<period:period_key>.csv", readers_book.period, name="month_csv"),
    path("ledger/<slug:slug>/", ledger.present, name="drive_ledger"),
    path("ledger/<slug:slug>/<period:period_key>/", ledger.month, name="drive_month"),
    path("ledger/<slug:slug>/<period:period_key>.csv", readers_book.period, name="drive_month_csv"),
]
