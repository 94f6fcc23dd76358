// Passwords as scrypt hashes.

import Crypto
import CryptoExtras
import Foundation

/// `scrypt$LOG2N$R$P$SALT$KEY`, base64. The cost travels with the hash, so that it can be raised later.
///
/// Making and checking one takes a good part of a second of one core and `128 × N × r × p` bytes at most: never do it in
/// a transaction or on the cooperative pool; `PasswordQueue` does it on a thread of its own.
package struct PasswordHash: Hashable, Sendable {
    /// RFC 7914's parameters.
    package struct Cost: Hashable, Sendable {
        package var logRounds: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(logRounds: Int, blockSize: Int = 8, parallelism: Int = 1) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 2^14 rounds, five lanes: OWASP's recommendation for 16 MiB.
        package static let standard = Cost(logRounds: 14, blockSize: 8, parallelism: 5)
    }

    package let text: String

    /// A hash read from the database.
    package init(stored text: String) { self.text = text }

    /// - Throws: `IdentityError.cryptography`.
    package init(of password: String, cost: Cost = .standard) throws {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        let key = try Self.derive(password, salt: salt, cost: cost)
        text =
            "scrypt$\(cost.logRounds)$\(cost.blockSize)$\(cost.parallelism)$"
            + "\(salt.base64EncodedString())$\(key.base64EncodedString())"
    }

    /// Compares in constant time.
    ///
    /// - Throws: `IdentityError.damagedHash` when the stored text is none of ours.
    package func matches(_ password: String) throws -> Bool {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt",
            let logRounds = Int(parts[1]), (1...20).contains(logRounds),
            let blockSize = Int(parts[2]), (1...32).contains(blockSize),
            let parallelism = Int(parts[3]), (1...16).contains(parallelism),
            let salt = Data(base64Encoded: String(parts[4])), let key = Data(base64Encoded: String(parts[5])),
            salt.count >= 8, key.count == Self.keyLength
        else {
            throw IdentityError(
                code: .damagedHash, message: "a stored password cannot be read; set a new one with 'jieli user add'")
        }
        let cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        let derived = try Self.derive(password, salt: salt, cost: cost)
        return zip(derived, key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// - Throws: `IdentityError.weakPassword` with what is asked for.
    package static func checkStrength(_ password: String, userName: String) throws {
        guard password.count >= 8, password.utf8.count <= 1024, Set(password).count >= 4,
            password.lowercased() != userName.lowercased()
        else {
            throw IdentityError(
                code: .weakPassword,
                message: "a password has at least 8 characters, 4 of them different, and is not the user name "
                    + "(密码至少 8 位，含 4 种以上字符，且不同于用户名)")
        }
    }

    private static let keyLength = 32

    private static func derive(_ password: String, salt: Data, cost: Cost) throws -> Data {
        // One spelling for characters that can be composed in two ways; the extra byte keeps the buffer non-empty.
        let phrase = Data(password.precomposedStringWithCanonicalMapping.utf8) + Data([0])
        do {
            return try KDF.Scrypt.deriveKey(
                from: phrase, salt: salt, outputByteCount: keyLength, rounds: 1 << cost.logRounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism
            ).withUnsafeBytes { Data($0) }
        } catch {
            throw IdentityError(
                code: .cryptography, message: "the password could not be hashed; is the machine out of memory?",
                cause: error)
        }
    }
}
