// Indices that figures need of tables of several modules.

import Database

enum FigureSchema {
    static let migrations: [Migration] = [
        Migration(
            "2026-11-21 find what was read in a month",
            """
            CREATE INDEX report_final ON report (final_at) WHERE final_at IS NOT NULL;
            CREATE INDEX report_homecoming_announced ON report_homecoming (announced_at);
            """)
    ]
}
