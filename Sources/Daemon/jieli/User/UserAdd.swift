// New accounts and new passwords.

import ArgumentParser
import Identity
import Vocabulary

struct UserAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an account.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The name to log in with.")
    var name: String
    @Option(name: .long, help: "radiographer, radiologist, reviewer, operator or administrator.")
    var role: UserRole
    @Option(name: .long, help: "As shown to people and printed on reports.")
    var displayName = ""
    @OptionGroup var password: PasswordOptions

    func run() async throws {
        let accounts = try await Accounts(node)
        let name = try User.canonicalName(name)
        let (hash, generated) = try password.hash(for: name)
        let (shown, role) = (displayName, role)
        try await accounts.change(.userAdded, of: name) { users, now, transaction in
            try users.add(name: name, displayName: shown, role: role, password: hash, at: now, in: transaction)
        }
        print("account '\(name)' added 已添加用户")
        if let generated { print("password 密码: \(generated)") }
    }
}

struct UserPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set a new password; the account's sessions end.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The account.")
    var name: String
    @OptionGroup var password: PasswordOptions

    func run() async throws {
        let accounts = try await Accounts(node)
        let name = try User.canonicalName(name)
        let (hash, generated) = try password.hash(for: name)
        try await accounts.change(.passwordChanged, of: name) { users, now, transaction in
            try users.setPassword(hash, of: name, at: now, in: transaction)
        }
        print("the password of '\(name)' is changed 密码已更改")
        if let generated { print("password 密码: \(generated)") }
    }
}

struct UserDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Close an account: its sessions end, its tokens are refused.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The account.")
    var name: String

    func run() async throws {
        let name = try User.canonicalName(name)
        try await Accounts(node).change(.userDisabled, of: name) { users, now, transaction in
            try users.disable(name, at: now, in: transaction)
        }
        print("account '\(name)' disabled 已停用")
    }
}

struct UserEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Open a closed account again.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The account.")
    var name: String

    func run() async throws {
        let name = try User.canonicalName(name)
        try await Accounts(node).change(.userEnabled, of: name) { users, _, transaction in
            try users.enable(name, in: transaction)
        }
        print("account '\(name)' enabled 已启用")
    }
}

extension UserRole: ExpressibleByArgument {}
