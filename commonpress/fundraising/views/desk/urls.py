"""The treasurer's addresses, under /admin/fundraising/."""

from django.urls import path

from commonpress.fundraising.views.desk import drives, gifts, pledges

app_name = "fundraising_desk"

urlpatterns = [
    path("drives/", drives.DriveList.as_view(), name="drives"),
    path("drives/new/", drives.NewDrive.as_view(), name="new_drive"),
    path("drives/<int:pk>/", drives.EditDrive.as_view(), name="drive"),
    path("gifts/", gifts.GiftList.as_view(), name="gifts"),
    path("gifts/results/", gifts.GiftList.as_view(results_only=True), name="gift_results"),
    path("gifts/new/", gifts.NewGift.as_view(), name="new_gift"),
    path("gifts/<slug:public_id>/", gifts.GiftScreen.as_view(), name="gift"),
    path("pledges/", pledges.PledgeList.as_view(), name="pledges"),
    path("pledges/results/", pledges.PledgeList.as_view(results_only=True), name="pledge_results"),
    path("pledges/<slug:public_id>/", pledges.ConfirmPledge.as_view(), name="confirm"),
    path("bank/", drives.BankAccount.as_view(), name="bank"),
]
