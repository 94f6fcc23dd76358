import Archive
import DICOM
import Database
import Testing
import Vocabulary

@Suite("Study queries")
struct StudyQueryTests {
    let fixture: ArchiveFixture
    let catalogue = Catalogue()

    init() throws {
        fixture = try ArchiveFixture()
        try fixture.receive(
            TestObject(
                study: "1", series: "1.1", instance: "1.1.1", patientID: "A_1", patientName: "Wang^XiaoDong^^^=王^小东",
                text: [
                    .studyDate: "20260105", .studyTime: "093015.25", .accessionNumber: "ACC1",
                    .bodyPartExamined: "Chest",
                    .studyDescription: "胸部 100%", .referringPhysicianName: "Li^Si",
                ]))
        try fixture.receive(
            TestObject(
                study: "2", series: "2.1", instance: "2.1.1", patientID: "AB1", patientName: "WANG^DALI",
                modality: "MR", text: [.studyDate: "20260210", .studyTime: "1200", .seriesDescription: "T1 ax"]),
            issuer: "huilai", origin: huilai)
        try fixture.receive(TestObject(study: "3", series: "3.1", instance: "3.1.1", patientID: nil, patientName: nil))
        try fixture.receive(TestObject(study: "3", series: "3.2", instance: "3.2.1", modality: "PT"))
    }

    private func found(_ change: (inout StudyQuery) -> Void) throws -> [String] {
        var query = StudyQuery()
        change(&query)
        let (studies, count) = try fixture.database.readBlocking {
            (try catalogue.studies(matching: query, in: $0), try catalogue.count(matching: query, in: $0))
        }
        #expect(count == studies.count || query.limit < count || query.offset > 0)
        return studies.map(\.studyInstanceUID.rawValue).sorted()
    }

    @Test(
        "finds names by any component group, without regard to case",
        arguments: [
            ("wang*", ["1", "2"]), ("王*", ["1"]), ("王^小东", ["1"]), ("WANG^XIAODONG", ["1"]), ("Wang^XiaoDong^^", ["1"]),
            ("*dali", ["2"]), ("w?ng^dali", ["2"]), ("wang", []), ("*", ["1", "2", "3"]), ("Wang^XiaoDong=王^小东", ["1"]),
        ])
    func names(pattern: String, expected: [String]) throws {
        #expect(try found { $0.patientName = pattern } == expected)
    }

    @Test("wildcards are only * and ?, and SQL's are plain characters")
    func wildcards() throws {
        #expect(try found { $0.patientID = "A_1" } == ["1"])
        #expect(try found { $0.patientID = "A_*" } == ["1"])
        #expect(try found { $0.patientID = "A?1" } == ["1", "2"])
        #expect(try found { $0.studyDescription = "*100%" } == ["1"])
        #expect(try found { $0.accessionNumber = "ACC1" } == ["1"])
        #expect(try found { $0.accessionNumber = "x' OR 1=1 --" } == [])
    }

    @Test("matches ranges of dates and times, cut short or with fractions")
    func ranges() throws {
        #expect(try found { $0.studyDate = ValueRange(matching: "20260101-20260131") } == ["1"])
        #expect(try found { $0.studyDate = ValueRange(matching: "20260105-") } == ["1", "2"])
        #expect(try found { $0.studyDate = ValueRange(matching: "-20260105") } == ["1"])
        #expect(try found { $0.studyDate = ValueRange(matching: "20260210") } == ["2"])
        #expect(try found { $0.studyTime = ValueRange(matching: "0930-0930") } == ["1"])
        #expect(try found { $0.studyTime = ValueRange(matching: "1000-12") } == ["2"])
        for wrong in ["", "-", "yesterday", "2026-01-05"] {
            #expect(ValueRange(matching: wrong) == nil || wrong == "2026-01-05")
        }
    }

    @Test("filters by modality, body part, UID list, issuer, origin")
    func filters() throws {
        #expect(try found { $0.modalities = ["PT"] } == ["3"])
        #expect(try found { $0.modalities = ["MR", "CT"] } == ["1", "2", "3"])
        #expect(try found { $0.modalities = ["C"] } == [])
        #expect(try found { $0.bodyPart = "CHEST" } == ["1"])
        #expect(try found { $0.studies = ["2", "3", "77"] } == ["2", "3"])
        #expect(try found { $0.issuer = "huilai" } == ["2"])
        #expect(try found { $0.origins = [paotai] } == ["1", "3"])
        #expect(try found { $0.referringPhysician = "li*" } == ["1"])
    }

    @Test("free text takes every word, in name, ID, accession number or description")
    func freeText() throws {
        #expect(try found { $0.freeText = "王小东" } == ["1"])
        #expect(try found { $0.freeText = "wang acc1" } == ["1"])
        #expect(try found { $0.freeText = "wang 100%" } == ["1"])
        #expect(try found { $0.freeText = "wang nobody" } == [])
        #expect(try found { $0.freeText = "  " } == ["1", "2", "3"])
    }

    @Test("who may see nothing finds nothing; a granted study is seen")
    func visibility() throws {
        #expect(try found { $0.visibility = .only(origins: []) } == [])
        #expect(try found { $0.visibility = .only(origins: [huilai]) } == ["2"])
        #expect(try found { $0.visibility = .only(origins: [huilai], granted: ["1"]) } == ["1", "2"])
        #expect(try found { $0.visibility = .only(origins: [], granted: ["3"]) } == ["3"])
    }

    @Test("pages, newest arrival first")
    func pages() throws {
        var query = StudyQuery()
        query.limit = 2
        let first = try fixture.database.readBlocking { try catalogue.studies(matching: query, in: $0) }
        query.offset = 2
        let second = try fixture.database.readBlocking { try catalogue.studies(matching: query, in: $0) }
        #expect((first + second).map(\.studyInstanceUID) == ["3", "2", "1"])
        query.limit = 1_000_000
        query.offset = -1
        #expect(try fixture.database.readBlocking { try catalogue.studies(matching: query, in: $0) }.count == 3)
    }

    @Test("series and instances are found across studies, with their study")
    func lowerLevels() throws {
        var series = SeriesQuery()
        series.modality = "MR"
        let found = try fixture.database.readBlocking { try catalogue.series(matching: series, in: $0) }
        #expect(found.map(\.series.seriesInstanceUID) == ["2.1"])
        #expect(found.first?.series.seriesDescription == "T1 ax")
        #expect(found.first?.study.patient.name == "WANG^DALI")

        var instances = InstanceQuery()
        instances.series.study.studies = ["3"]
        instances.sopClasses = [.ctImage]
        let all = try fixture.database.readBlocking { try catalogue.instances(matching: instances, in: $0) }
        #expect(all.map(\.instance.sopInstanceUID) == ["3.1.1", "3.2.1"])
        #expect(all.map(\.series.seriesInstanceUID) == ["3.1", "3.2"])
        #expect(all.allSatisfy { $0.instance.rows == 4 && $0.instance.bitsAllocated == 8 })
        instances.series.series = ["3.2"]
        #expect(try fixture.database.readBlocking { try catalogue.instances(matching: instances, in: $0) }.count == 1)
    }
}
