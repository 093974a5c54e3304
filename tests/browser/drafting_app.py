"""The app where drafts count as quick however long they take, so that a busy machine does not fail their tests.

Started like app.py: python tests/browser/drafting_app.py --port 7999 --outputs FOLDER
"""

import app
from playground.engine import drafts

if __name__ == "__main__":
    drafts.QUICK = 60.0
    app.main()
