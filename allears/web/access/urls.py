from django.urls import path

from allears.web.access.views import account, entering, invitations, passwords

urlpatterns = [
    path("", entering.go_home, name="home"),
    path("set-up/", entering.set_up, name="set_up"),
    path("sign-in/", entering.sign_in, name="sign_in"),
    path("sign-out/", entering.sign_out, name="sign_out"),
    path("workspaces/", entering.choose_workspace, name="choose_workspace"),
    path("workspaces/<int:workspace_id>/enter/", entering.enter_workspace, name="enter_workspace"),
    path("invitations/<str:token>/", invitations.join, name="join"),
    path("password/", passwords.ask_for_reset, name="ask_for_reset"),
    path("password/<str:token>/", passwords.set_new_password, name="set_new_password"),
    path("me/", account.show_account, name="account"),
    path("me/profile/", account.save_profile, name="save_profile"),
    path("me/password/", account.save_password, name="save_password"),
    path("me/sign-ins/<int:sign_in_id>/end/", account.end_one_sign_in, name="end_sign_in"),
    path("me/sign-ins/end-others/", account.end_other_sign_ins, name="end_other_sign_ins"),
]
