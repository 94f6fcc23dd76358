// How modalities write their text, on the terminal.

import Archive
import ArgumentParser
import Observability
import StudyFlow
import Vocabulary

struct CharsetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charset", abstract: "Say how a modality really writes its text, whatever it declares.",
        discussion:
            "What came from it is read again from the kept bytes by the running daemon, or by the next one; the files "
            + "stay as they are. 指定设备实际使用的文字编码。",
        subcommands: [CharsetList.self, CharsetPreviewCommand.self, CharsetSet.self, CharsetUnset.self])
}

/// A modality or folder, or a part of what comes from it.
struct CharsetTarget: ParsableArguments {
    @Argument(help: "The modality's calling AE title, or the watched folder's name.")
    var source: String
    @Option(name: .long, help: "Only what has this Station Name.")
    var station = ""
    @Option(name: .long, help: "Only what has this Manufacturer.")
    var manufacturer = ""
}

struct CharsetList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what has sent here, what is set, and how far old studies were read again.")

    @OptionGroup var node: ConfigurationOption

    func run() async throws {
        let sources = try await CharsetDesk(NodeAtRest(node).flow).sources()
        guard !sources.isEmpty else {
            print("no modality has sent anything yet 还没有设备送来检查")
            return
        }
        let rows = sources.map { source in
            let settings = source.settings.map { setting in
                ([setting.encoding.rawValue] + [setting.station, setting.manufacturer].filter { !$0.isEmpty })
                    .joined(separator: " ")
            }
            return [
                source.name, source.seen?.kind.rawValue ?? "", String(source.seen?.studies ?? 0),
                settings.isEmpty ? "as declared" : settings.joined(separator: ", "), Self.progress(of: source.job),
            ]
        }
        print(TerminalText.table([["source", "kind", "studies", "writes in", "old studies"]] + rows))
    }

    private static func progress(of job: RereadJob?) -> String {
        guard let job else { return "" }
        var text =
            job.finishedAt == nil ? "\(job.done) of \(job.total.map(String.init) ?? "…") read" : "\(job.done) read"
        text += ", \(job.changed) changed"
        if job.away > 0 { text += ", \(job.away) away" }
        if job.failed > 0 { text += ", \(job.failed) failed" }
        return text
    }
}

struct CharsetPreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show a modality's last studies as they read now, and as they would.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The modality's calling AE title, or the watched folder's name.")
    var source: String
    @Argument(help: "GB18030, UTF-8, Big5, …; without it, as declared.")
    var encoding: CharacterEncoding?

    func run() async throws {
        let previews = try await CharsetDesk(NodeAtRest(node).flow).preview(source, as: encoding)
        guard !previews.isEmpty else {
            print("nothing of \(source) is here 本节点没有它的影像")
            return
        }
        let rows = previews.map {
            [
                $0.declared ?? "-", $0.name ?? "", $0.nameThen ?? "", $0.description ?? "", $0.descriptionThen ?? "",
            ]
        }
        print(
            TerminalText.table([["declared", "name now", "name then", "description now", "description then"]] + rows))
    }
}

struct CharsetSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set how a modality writes; its old studies are read again.")

    @OptionGroup var node: ConfigurationOption
    @OptionGroup var target: CharsetTarget
    @Argument(help: "GB18030 (or gbk, gb2312), UTF-8, Big5, Shift_JIS, EUC-KR, ISO-8859-1, -5 or -6.")
    var encoding: CharacterEncoding

    func run() async throws {
        try await CharsetDesk(NodeAtRest(node, .writing).flow).set(
            encoding, for: target.source, station: target.station, manufacturer: target.manufacturer,
            by: NodeAtRest.actor)
        print("\(target.source) writes in \(encoding.rawValue); its old studies are read again 已设置，已收的检查将重新读取")
    }
}

struct CharsetUnset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Take back what was set; texts are read as declared again.")

    @OptionGroup var node: ConfigurationOption
    @OptionGroup var target: CharsetTarget

    func run() async throws {
        let isDone = try await CharsetDesk(NodeAtRest(node, .writing).flow).set(
            nil, for: target.source, station: target.station, manufacturer: target.manufacturer, by: NodeAtRest.actor)
        guard isDone else { throw Failure(description: "nothing is set for \(target.source) 没有这项设置") }
        print("\(target.source) is read as declared again 已取消设置")
    }
}

extension CharacterEncoding: ExpressibleByArgument {
    public init?(argument: String) { self.init(spelling: argument) }
}
