"""Archives: everything a workspace holds, in an open form that outlives All Ears, and the way back.
Words: an archive is a .zip or a folder; a kind is one table's rows in it, a line of JSON each; an Import
is one archive's way in, so that it can be taken up again and is never made twice.
One rule: a new table is in the archive by itself, or is named in LEFT_OUT with the reason.
"""
