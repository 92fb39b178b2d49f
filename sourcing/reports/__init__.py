"""What is read: the pages of a board in English or Japanese, and the answers of commands; one model, a writer a form.

Nothing is imported here, so that who writes for a terminal loads no library of charts, pages or workbooks.
"""
