"""People at the desk: an owner invites, gives roles, closes accounts. Nobody sets another's password."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.users.views import users

from commonpress.accounts.actions.staff import WorksHere, erase_account, save_person
from commonpress.accounts.forms import NameField
from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role, has_a_role, is_only_owner


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    display_name = NameField(required=False)
    groups = forms.ModelMultipleChoiceField(
        label=_("Roles"),
        queryset=Group.objects.filter(name__in=list(Role)).order_by("pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without one, the person is a reader."),
    )

    class Meta:
        model = Person
        fields = ["email", "display_name", "groups", "is_active"]

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody with this address has an account already; give them a role there."))
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        roles = {group.name for group in self.cleaned_data.get("groups", [])}
        leaves = Role.OWNER not in roles or not self.cleaned_data.get("is_active", True)
        if self.instance.pk and leaves and is_only_owner(Person.objects.get(pk=self.instance.pk)):
            raise ValidationError(_("This is the only owner. Make somebody else an owner first."))
        return cleaned

    def save(self, commit: bool = True) -> Person:
        # Wagtail saves by its form, in the transaction in which it writes its history.
        return save_person(super().save(commit=False), roles=self.cleaned_data["groups"])


class PeopleList(users.IndexView):
    add_item_label = _("Invite somebody")
    page_title = _("People")
    search_fields = {"email", "display_name"}
    template_name = "wagtailadmin/generic/index.html"
    results_template_name = "wagtailadmin/generic/index_results.html"

    def get_base_queryset(self) -> QuerySet[Person]:
        return Person.objects.prefetch_related("groups")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "name", label=_("Name"), accessor="get_full_name", sort_key="display_name", get_url=self.get_edit_url
            ),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("roles", label=_("Roles"), accessor=lambda person: ", ".join(sorted(person.group_names))),
            BooleanColumn("is_active", label=_("May sign in"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last here"), sort_key="last_login"),
        ]


class Invite(users.CreateView):
    page_title = _("Invite somebody")
    success_message = _("%(object)s can sign in now; a letter says so.")


class ErasePerson(users.DeleteView):
    """Erases a reader as their own "delete my account" does, with everything other packages registered."""

    def form_valid(self, form: Any) -> HttpResponse:
        person = self.get_object()
        if has_a_role(person):
            messages.error(self.request, WorksHere.message)
            return redirect("wagtailusers_users:edit", person.pk)
        name = str(person)
        erase_account(person, by=self.request.user)
        messages.success(self.request, _("The account of %(name)s is erased.") % {"name": name})
        return redirect("wagtailusers_users:index")


class PersonScreens(users.UserViewSet):
    menu_label = _("People")
    icon = "group"
    template_prefix = "accounts/people/"
    index_view_class = PeopleList
    add_view_class = Invite
    delete_view_class = ErasePerson

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        return PersonForm
