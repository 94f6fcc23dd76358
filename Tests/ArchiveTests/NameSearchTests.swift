import Archive
import DICOM
import Database
import Testing
import Vocabulary

@Suite("Names by their sound")
struct NameSearchTests {
    let fixture: ArchiveFixture
    let catalogue = Catalogue()

    static let names = [
        "1": "曾^志伟", "2": "单^田芳", "3": "仇^英", "4": "欧阳^娜娜", "5": "ZHANG^XIAOMING=张^小明", "6": "王小东", "7": "吕^布",
        "8": "劉^德華", "9": "Buc^Jérôme", "10": "解^晓东", "11": "朱^镕基",
    ]

    init() throws {
        fixture = try ArchiveFixture()
        for (study, name) in Self.names {
            try fixture.receive(
                TestObject(
                    study: StudyInstanceUID(unchecked: study), series: SeriesInstanceUID(unchecked: "\(study).1"),
                    instance: SOPInstanceUID(unchecked: "\(study).1.1"), patientID: "P\(study)",
                    patientName: name))
        }
    }

    private func found(_ change: (inout StudyQuery) -> Void) throws -> [String] {
        var query = StudyQuery()
        change(&query)
        return try fixture.database.readBlocking { try catalogue.studies(matching: query, in: $0) }
            .compactMap(\.patient.name).sorted()
    }

    private static let searches: [(String, [String])] = [
        // Surnames that sound otherwise than the word, and the word for who does not know it.
        ("zeng", ["曾^志伟"]), ("zengzhiwei", ["曾^志伟"]), ("zeng zhi wei", ["曾^志伟"]), ("zzw", ["曾^志伟"]),
        ("ceng", ["曾^志伟"]), ("shan", ["单^田芳"]), ("shantianfang", ["单^田芳"]), ("stf", ["单^田芳"]),
        ("dantianfang", ["单^田芳"]), ("qiuying", ["仇^英"]), ("qy", ["仇^英"]), ("chouying", ["仇^英"]),
        ("xiexiaodong", ["解^晓东"]), ("xxd", ["解^晓东"]),
        // Surnames of two characters; given name alone; surname and initials.
        ("ouyang", ["欧阳^娜娜"]), ("ouyangnana", ["欧阳^娜娜"]), ("oynn", ["欧阳^娜娜"]), ("nana", ["欧阳^娜娜"]),
        // Latin groups, hanzi without a caret, ü, traditional characters, accents.
        ("xiaoming", ["ZHANG^XIAOMING=张^小明"]), ("zxm", ["ZHANG^XIAOMING=张^小明"]), ("小明", ["ZHANG^XIAOMING=张^小明"]),
        ("wangxd", ["王小东"]), ("wxd", ["王小东"]), ("小东", ["王小东"]), ("lvbu", ["吕^布"]), ("lyubu", ["吕^布"]),
        ("lubu", ["吕^布"]),
        ("刘德华", ["劉^德華"]), ("ldh", ["劉^德華"]), ("jerome", ["Buc^Jérôme"]), ("Jérôme buc", ["Buc^Jérôme"]),
        ("zhurongji", ["朱^镕基"]),
        // Case, and what is nobody.
        ("ZZW", ["曾^志伟"]), ("iwei", []), ("xyz", []), ("zeng fang", []),
    ]

    @Test("finds a patient in a search box by pinyin, initials and hanzi", arguments: searches)
    func freeText(text: String, expected: [String]) throws {
        #expect(try found { $0.freeText = text } == expected)
    }

    @Test("does the same for a fuzzy match", arguments: searches)
    func fuzzy(text: String, expected: [String]) throws {
        #expect(try found { $0.fuzzyPatientName = text } == expected)
    }

    @Test("an exact query by a name in Latin letters finds who is written in hanzi only")
    func literal() throws {
        #expect(try found { $0.patientName = "WANG^XIAODONG" } == ["王小东"])
        #expect(try found { $0.patientName = "zeng^zhi*" } == ["曾^志伟"])
        #expect(try found { $0.patientName = "ouyang^nana" } == ["欧阳^娜娜"])
        #expect(try found { $0.patientName = "zzw" } == [])
    }

    @Test("fills in what an older version left out, a page at a time, and comes to an end")
    func backfill() throws {
        let index = NameIndex()
        try fixture.database.writeBlocking { transaction in
            try transaction.execute("UPDATE patient SET patient_name_words = NULL, patient_name_key = ''")
        }
        #expect(try found { $0.fuzzyPatientName = "zzw" } == [])
        var pages: [Int] = []
        repeat { pages.append(try fixture.database.writeBlocking { try index.fill(4, in: $0) }) } while pages.last != 0
        #expect(pages == [4, 4, 3, 0])
        #expect(try found { $0.fuzzyPatientName = "zzw" } == ["曾^志伟"])
        #expect(try found { $0.patientName = "zeng^zhiwei" } == ["曾^志伟"])
    }
}
