import Archive
import DICOM
import Foundation
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("The life of a report")
struct ReportLifeTests {
    /// A study that was read at the city and whose report is home at the edge.
    private struct Released {
        let network: FlowNetwork
        let study: StudyInstanceUID
        let task: TaskID
        var city: FlowContext { network[.city].flow }
        var edge: FlowContext { network[.edge].flow }

        init(signsReports: Bool = false) async throws {
            network = try FlowNetwork(signsReports: signsReports)
            let paper = try PaperStudy(3, in: network.directory)
            study = paper.study
            for file in paper.files { try network[.edge].take(file) }
            try await network.run()
            let desk = ReadingDesk(network[.city].flow)
            task = try #require(try await StudyViews(network[.city].flow).worklist().first).task.id
            _ = try await desk.claim(task, by: reader)
            let text = ReportText(findings: "右肺下叶见斑片影。", impression: "左肺炎症。")
            let preliminary = try await desk.signPreliminary(task, text, over: 0, by: reader)
            _ = try await desk.signFinal(task, text, over: preliminary.version, by: reviewer)
            try await network.run()
        }

        func editions(_ flow: FlowContext) async throws -> [HomecomingReport] {
            let task = task
            return try await flow.database.read { try ReportEditions(flow).all(of: task, in: $0) }
        }

        func sr(_ edition: HomecomingReport, at flow: FlowContext) async throws -> String {
            let uid = edition.announcement.report.srInstance
            let record = try #require(try await flow.database.read { try flow.catalogue.instance(uid, in: $0) })
            return try flow.store.url(of: record.path).path
        }
    }

    @Test("an addendum travels home as new instances that cite the old ones, and is delivered and acknowledged anew")
    func addendum() async throws {
        let released = try await Released()
        _ = try await StudyDesk(released.edge).acknowledgeReport(released.task, by: radiographer)
        try await released.network.run()
        _ = try await ReportDesk(released.city).addAddendum(released.task, text: "结合病史，考虑结核可能。", by: reviewer)
        try await released.network.run()
        for node in [released.city, released.network[.county].flow, released.edge] {
            let editions = try await released.editions(node)
            #expect(editions.count == 2, "\(node.node.name)")
            let (first, second) = (editions[0].announcement.report, editions[1].announcement.report)
            #expect(first.addenda == nil && second.addenda?.map(\.text) == ["结合病史，考虑结核可能。"])
            #expect(second.text == first.text && second.supersedes == first.srInstance)
            #expect(second.srInstance != first.srInstance && second.pdfInstance != first.pdfInstance)
            let study = released.study
            let made = try await node.database.read { try node.catalogue.instances(of: study, in: $0) }
                .filter(\.isNetworkMade)
            #expect(made.count == 4 && made.allSatisfy { $0.isHere })
        }
        let home = try await released.network[.edge].journey(released.study)
        #expect(home.task?.shownState == .delivered)
        #expect(home.task?.acknowledgedAt == nil)
        _ = try await StudyDesk(released.edge).acknowledgeReport(released.task, by: radiographer)
        try await released.network.run()
        #expect(try await released.network[.city].journey(released.study).task?.shownState == .acknowledged)
    }

    @Test("a correction replaces nothing: the new report cites the old, both are at the edge", .timeLimit(.minutes(2)))
    func correction() async throws {
        let released = try await Released()
        _ = try await ReportDesk(released.city).correct(released.task, reason: "左右写反", by: reader)
        try await released.network.run()
        let during = try await released.network[.edge].journey(released.study)
        #expect(during.task?.shownState == .claimed)
        #expect(during.report?.announcement.report.text.impression == "左肺炎症。")
        let desk = ReadingDesk(released.city)
        let draft = try #require(try await StudyViews(released.city).reading(released.task)?.report)
        let right = ReportText(findings: draft.text.findings, impression: "右肺炎症。")
        let preliminary = try await desk.signPreliminary(released.task, right, over: draft.version, by: reader)
        _ = try await desk.signFinal(released.task, right, over: preliminary.version, by: reviewer)
        try await released.network.run()
        let editions = try await released.editions(released.edge)
        #expect(editions.map(\.announcement.report.text.impression) == ["左肺炎症。", "右肺炎症。"])
        let second = try #require(editions.last?.announcement.report)
        #expect(second.isCorrection && second.correctionReason == "左右写反")
        #expect(second.supersedes == editions[0].announcement.report.srInstance)
        #expect(editions.allSatisfy { $0.arrivedAt != nil })
        let life = try #require(try await StudyViews(released.city).life(of: released.task))
        #expect(life.steps.map(\.state) == [.preliminary, .final, .preliminary, .final])
        #expect(life.steps[2].impression?.pieces.map(\.kind) == [.removed, .added, .same])
    }

    @Test("a signature is refused while images are missing or unseen, unless the report says so")
    func incompleteImages() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(5, in: network.directory)
        for file in paper.files.prefix(3) { try network[.edge].take(file) }
        try await network.run()
        let city = network[.city].flow
        let desk = ReadingDesk(city)
        let task = try #require(try await StudyViews(city).worklist().first).task.id
        _ = try await desk.claim(task, by: reader)
        for file in paper.files.suffix(2) { try network[.edge].take(file) }
        try await network.run()
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见异常。")
        await #expect {
            try await desk.signPreliminary(task, text, over: 0, by: reader)
        } throws: { ($0 as? ReadingError)?.code == .imagesUnseen }
        _ = try await desk.seeAdditions(task, by: reader)
        let signed = try await desk.signPreliminary(task, text, over: 0, by: reader)
        #expect(signed.text == text)
        // More came after the preliminary report: the reviewer signs without them, and the report says so once.
        let late = try PaperStudy(study: paper.study, numbers: 6...7, in: network.directory)
        for file in late.files { try network[.edge].take(file) }
        try await network.run()
        await #expect {
            try await desk.signFinal(task, text, over: signed.version, by: reviewer)
        } throws: { ($0 as? ReadingError)?.code == .imagesUnseen }
        let accepted = try await desk.signFinal(
            task, text, over: signed.version, acceptIncomplete: true, by: reviewer)
        #expect(accepted.text.findings.contains("2 幅后到的影像未阅"))
        #expect(accepted.text.impression == text.impression)
    }

    @Test("values and key images go into the SR and a key object, and both come home")
    func fieldsAndKeyImages() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let city = network[.city].flow
        let (reading, desk) = (ReadingDesk(city), ReportDesk(city))
        let task = try #require(try await StudyViews(city).worklist().first).task.id
        _ = try await reading.claim(task, by: reader)
        let image = try #require(
            try await city.database.read { try city.catalogue.instances(of: paper.study, in: $0) }.first)
        _ = try await desk.setFields(
            [ReportField(name: "结节长径", value: "12", number: 12, unit: "mm", source: .viewer)], of: task, by: reader)
        let key = KeyImage(series: image.seriesInstanceUID, instance: image.sopInstanceUID, note: "最大层面")
        #expect(try await desk.mark(key, of: task, by: reader) == [key])
        await #expect {
            try await desk.mark(KeyImage(series: .generate(), instance: .generate()), of: task, by: reader)
        } throws: { ($0 as? ReadingError)?.code == .notOfStudy }
        let text = ReportText(findings: "结节长径 12 mm。", impression: "结节。")
        let preliminary = try await reading.signPreliminary(task, text, over: 0, by: reader)
        _ = try await reading.signFinal(task, text, over: preliminary.version, by: reviewer)
        try await network.run()
        let edge = network[.edge].flow
        let made = try await edge.database.read { try edge.catalogue.instances(of: paper.study, in: $0) }
            .filter(\.isNetworkMade)
        #expect(Set(made.map(\.sopClass)) == [.basicTextSR, .encapsulatedPDF, .keyObjectSelection])
        let report = try #require(try await network[.edge].journey(paper.study).report).announcement.report
        #expect(report.keyImages == [key] && report.fields?.first?.number == 12)
        let sr = try #require(made.first { $0.sopClass == .basicTextSR })
        let bytes = try Data(contentsOf: edge.store.url(of: sr.path))
        #expect(bytes.range(of: Data("结节长径".utf8)) != nil)
    }

    @Test("what a node signed is valid at every node; one letter changed, and it is not")
    func signatures() async throws {
        let released = try await Released(signsReports: true)
        for node in [released.city, released.network[.county].flow, released.edge] {
            let edition = try #require(try await released.editions(node).first)
            for uid in [edition.announcement.report.srInstance, edition.announcement.report.pdfInstance] {
                let verdict = try await SealCheck(node).verdict(on: uid, madeAt: .city)
                guard case .valid(.city, _) = verdict else {
                    Issue.record("\(node.node.name): \(verdict)")
                    continue
                }
                guard case .invalid = try await SealCheck(node).verdict(on: uid, madeAt: .county) else {
                    Issue.record("another node's signature was taken for the county's")
                    continue
                }
            }
        }
        let edition = try #require(try await released.editions(released.edge).first)
        let path = try await released.sr(edition, at: released.edge)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("左肺炎症".utf8)))
        bytes.replaceSubrange(place, with: Data("右肺炎症".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try bytes.write(to: URL(fileURLWithPath: path))
        let verdict = try await SealCheck(released.edge).verdict(
            on: edition.announcement.report.srInstance, madeAt: .city)
        guard case .invalid(let reason) = verdict else {
            Issue.record("a changed report is \(verdict)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test("a node without a report key makes reports that are shown as unsigned")
    func unsigned() async throws {
        let released = try await Released()
        let edition = try #require(try await released.editions(released.edge).first)
        let uid = edition.announcement.report.srInstance
        #expect(try await SealCheck(released.edge).verdict(on: uid, madeAt: .city) == .unknown)
        var knowing = released.edge
        knowing.seal = ReportSeal(key: nil) { _, _ in .city }
        #expect(try await SealCheck(knowing).verdict(on: uid, madeAt: .city) == .unsigned)
    }
}
