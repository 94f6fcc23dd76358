// The tables of accounts, sessions and tokens.

import Database

package enum IdentitySchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create account",
            """
            CREATE TABLE account (
                name TEXT PRIMARY KEY NOT NULL,
                display_name TEXT NOT NULL,
                role TEXT NOT NULL,
                password_hash TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                password_changed_at BIGINT NOT NULL,
                disabled_at BIGINT
            );
            CREATE TABLE login_session (
                token_hash TEXT PRIMARY KEY NOT NULL,
                account TEXT NOT NULL REFERENCES account (name),
                address TEXT,
                created_at BIGINT NOT NULL,
                last_seen_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            );
            CREATE INDEX login_session_by_account ON login_session (account);
            CREATE INDEX login_session_by_expiry ON login_session (expires_at);
            CREATE TABLE api_token (
                id TEXT PRIMARY KEY NOT NULL,
                account TEXT NOT NULL REFERENCES account (name),
                label TEXT NOT NULL,
                token_hash TEXT NOT NULL UNIQUE,
                created_at BIGINT NOT NULL,
                expires_at BIGINT,
                last_used_at BIGINT,
                revoked_at BIGINT
            );
            CREATE INDEX api_token_by_account ON api_token (account)
            """),
        Migration(
            "2026-11-21 keep what accounts set for themselves",
            """
            CREATE TABLE account_preference (
                account TEXT NOT NULL REFERENCES account (name),
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                changed_at BIGINT NOT NULL,
                PRIMARY KEY (account, name)
            )
            """),
    ]
}
