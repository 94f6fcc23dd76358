// Objects that were refused for their bytes.

import Archive
import ArgumentParser
import Foundation
import Observability
import StudyFlow
import Vocabulary

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at refused objects, release or delete them.",
        subcommands: [QuarantineList.self, QuarantineRelease.self, QuarantineDelete.self],
        defaultSubcommand: QuarantineList.self)
}

struct QuarantineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what was refused for its bytes, the last first.")

    @OptionGroup var node: ConfigurationOption
    @Option(name: .long, help: "How many.")
    var limit = 50
    @Option(name: .long, help: "After how many.")
    var offset = 0
    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...500).contains(limit), offset >= 0 else {
            throw ValidationError("--limit lies between 1 and 500, --offset is not negative.")
        }
    }

    func run() async throws {
        let node = try await NodeAtRest(node)
        let page = try await QuarantineDesk(node.flow).list(limit: limit, offset: offset)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let records = page.entries.map { QuarantineRecord($0, in: node.configuration.archiveDirectory) }
            print(String(decoding: try encoder.encode(records), as: UTF8.self))
            return
        }
        guard !page.entries.isEmpty else {
            print("nothing is in quarantine 隔离区是空的")
            return
        }
        let rows = page.entries.map { entry in
            [
                entry.id.uuidString.lowercased(), entry.lastAt.description, entry.sender.name,
                TerminalText.bytes(entry.fileSize), String(entry.times), entry.sopInstance ?? "", entry.sentence,
            ]
        }
        print(TerminalText.table([["id", "last refused", "from", "size", "times", "says it is", "reason"]] + rows))
        let last = offset + page.entries.count
        if page.totals.entries > last || offset > 0 {
            print("\(offset + 1) to \(last) of \(page.totals.entries); --offset \(last) goes on")
        }
    }
}

private struct QuarantineRecord: Encodable {
    var id: String
    var reason: String
    var detail: String
    var sender: String
    var senderKind: String
    var senderAddress: String?
    var sopClassUID: String?
    var sopInstanceUID: String?
    var studyInstanceUID: String?
    var transferSyntaxUID: String?
    var bytes: Int64
    var firstAt: String
    var at: String
    var times: Int
    var file: String

    init(_ entry: QuarantineEntry, in archive: String) {
        id = entry.id.uuidString.lowercased()
        (reason, detail) = (entry.reason.rawValue, entry.sentence)
        (sender, senderKind, senderAddress) = (entry.sender.name, entry.sender.kind.rawValue, entry.senderAddress)
        (sopClassUID, sopInstanceUID, studyInstanceUID) = (entry.sopClass, entry.sopInstance, entry.study)
        (transferSyntaxUID, bytes) = (entry.transferSyntax, entry.fileSize)
        (firstAt, at, times) = (entry.firstAt.description, entry.lastAt.description, entry.times)
        file = "\(archive)/\(entry.path)"
    }
}

struct QuarantineRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Take refused objects in after all, as far as they can be read.",
        discussion: "Each is checked again within the widest limits. What still can't be taken stays, with the reason.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "Ids, from `quarantine list`.")
    var ids: [String]

    func run() async throws {
        let node = try await NodeAtRest(node, .writing)
        let desk = QuarantineDesk(node.flow)
        var refused = 0
        for id in try ids.map(UUID.init(named:)) {
            let name = id.uuidString.lowercased()
            switch try await desk.release(id, by: NodeAtRest.actor) {
            case .taken(_, let instance, let wasKnown):
                print("\(name): taken in 已收下: \(instance)\(wasKnown ? " (was here already 已有)" : "")")
                continue
            case .refused(let error): print("\(name): still refused 仍不能收下: \(error.message)")
            case .missing: print("\(name): its file is gone 文件已不在; only the entry can be deleted")
            case .unknown: print("\(name): there is no such object 没有这个对象")
            }
            refused += 1
        }
        if refused > 0 { throw Failure(description: "\(refused) of \(ids.count) were not taken in") }
    }
}

struct QuarantineDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete refused objects for good.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "Ids, from `quarantine list`.")
    var ids: [String]

    func run() async throws {
        let node = try await NodeAtRest(node, .writing)
        var count = 0
        for id in try ids.map(UUID.init(named:)) {
            if try await QuarantineDesk(node.flow).delete(id, by: NodeAtRest.actor) { count += 1 }
        }
        print("\(count) deleted 已删除")
        if count < ids.count { throw Failure(description: "\(ids.count - count) of the ids are not in quarantine") }
    }
}

extension UUID {
    fileprivate init(named text: String) throws {
        guard let id = UUID(uuidString: text) else {
            throw Failure.usage("'\(text)' is no id; `jieli quarantine list` shows them 编号不正确")
        }
        self = id
    }
}
