"""Workspaces: one company's walled garden each, its members with their roles, its teams, how people get in.
Words: an Account is a person who signs in; a Member is that person in one workspace.
One rule: every other row hangs on a workspace, and web code asks as a member.
"""
