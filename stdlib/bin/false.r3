# false(1): fails.

exit(1)
