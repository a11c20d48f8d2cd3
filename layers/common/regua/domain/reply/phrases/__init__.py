"""What debtors write, as tables that a lawyer can read: a phrase, its language, what turns it round, and an example.

One module for each meaning. `docs/respostas.md` shows them all in Portuguese, with what becomes of each answer, and is
built from them (`tools/build_replies_page.py`). The tables are Python rather than YAML or CSV because the rules may not
read files, because an import costs nothing that a parser would, and because types and tests see every row. Nothing is
compiled before the first answer is read.

To add a phrase: first the sentence to tests/data/replies.txt, then the row. A test holds that the row's example means
what the table says, and does so because of that row.
"""
