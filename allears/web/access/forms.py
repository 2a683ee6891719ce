"""What people enter to get in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.queries import normalise_email, password_problems
from allears.foundation.workspaces.zones import time_zone_names

PASSWORD_HELP = _("At least 10 characters. Four unusual words make a good one.")
AUTOMATIC = "auto"
LANGUAGES = [(AUTOMATIC, _("Same as the browser")), *settings.LANGUAGES]
THEMES = [(AUTOMATIC, _("Same as the system")), ("light", _("Light")), ("dark", _("Dark"))]


def old_password(label: Any = None) -> forms.CharField:
    attributes = {"autocomplete": "current-password"}
    return forms.CharField(
        label=label or _("Password"),
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs=attributes),
    )


def new_password(label: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label or _("Password"),
        help_text=PASSWORD_HELP,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )


def email_address(**attributes: Any) -> forms.EmailField:
    given = {"autocomplete": "username", "inputmode": "email", **attributes}
    return forms.EmailField(label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs=given))


def person_name() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class AccessForm(forms.Form):
    """A form whose new password is looked at beside the name and the address."""

    field_with_rules = "password"

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        password = data.get(self.field_with_rules)
        if password and self.fields[self.field_with_rules].help_text:
            for problem in password_problems(password, data.get("email", ""), data.get("name", "")):
                self.add_error(self.field_with_rules, problem)
        return data


class SetUpForm(AccessForm):
    workspace_name = forms.CharField(
        label=_("Name of your workspace"),
        help_text=_("Most take the company's name. You can change it later."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    name = person_name()
    email = email_address()
    password = new_password()
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(n, n) for n in time_zone_names()])


class SignInForm(AccessForm):
    email = email_address(autofocus=True)
    password = old_password()


class ForgottenForm(AccessForm):
    email = email_address(autofocus=True)


class NewPasswordForm(AccessForm):
    password = new_password(_("New password"))


class JoinForm(AccessForm):
    name = person_name()
    email = email_address()
    password = new_password()


class JoinAsInvitedForm(AccessForm):
    name = person_name()
    password = new_password()


class ProfileForm(AccessForm):
    name = person_name()
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)

    def choices(self) -> dict[str, str]:
        """Return what was chosen; "" where the browser decides."""
        return {name: "" if value == AUTOMATIC else value for name, value in self.cleaned_data.items()}


class ChangePasswordForm(AccessForm):
    field_with_rules = "new"
    old = old_password(_("Present password"))
    new = new_password(_("New password"))
