// Tokens for programs.

import ArgumentParser
import Identity
import Vocabulary

struct UserToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Issue a token for a program; it may what the account may.",
        discussion: "The token is printed once and kept nowhere. Send it as 'Authorization: Bearer TOKEN'.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The account.")
    var name: String
    @Option(name: .long, help: "What it is for.")
    var label = "jieli user token"
    @Option(name: .long, help: ArgumentHelp("Ends after this many days.", valueName: "days"))
    var days: Int?

    func validate() throws {
        if let days, !(1...36_500).contains(days) { throw ValidationError("--days lies between 1 and 36500.") }
    }

    func run() async throws {
        let name = try User.canonicalName(name)
        let (label, days) = (label, days)
        let token = try await Accounts(node).change(.tokenIssued, of: name) { _, now, transaction in
            try TokenBook().issue(
                for: name, label: label, expiresAt: days.map { now + .days($0) }, at: now, in: transaction
            ).secret.text
        }
        print(token)
    }
}
