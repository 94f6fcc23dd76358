import Reading
import Testing

@Suite("Differences between texts")
struct TextDifferenceTests {
    private func marked(_ before: String, _ after: String) -> String {
        TextDifference(from: before, to: after).pieces.map { piece in
            switch piece.kind {
            case .same: piece.text
            case .removed: "[-\(piece.text)-]"
            case .added: "{+\(piece.text)+}"
            }
        }.joined()
    }

    @Test(
        "show Chinese by the character, and letters and numbers by the word",
        arguments: [
            ("双肺纹理清晰。", "双肺纹理清晰。", "双肺纹理清晰。"),
            ("左肺下叶炎症。", "右肺下叶炎症。", "[-左-]{+右+}肺下叶炎症。"),
            ("结节约 12 mm。", "结节约 13 mm。", "结节约 [-12-]{+13+} mm。"),
            ("长径12.5mm", "长径13.5mm", "长径[-12.5mm-]{+13.5mm+}"),
            ("", "未见异常。", "{+未见异常。+}"), ("未见异常。", "", "[-未见异常。-]"), ("", "", ""),
            ("甲乙丙", "甲丙丁", "甲[-乙-]丙{+丁+}"),
        ])
    func pieces(before: String, after: String, expected: String) {
        #expect(marked(before, after) == expected)
        #expect(TextDifference(from: before, to: after).isEmpty == (before == after))
    }

    @Test("give back both texts, whatever they are")
    func bothTexts() {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("左右肺未见ab1 .\n🫁")
        for _ in 0..<200 {
            let texts = (0..<2).map { _ in
                String((0..<Int.random(in: 0...40, using: &generator)).map { _ in letters.randomElement()! })
            }
            let pieces = TextDifference(from: texts[0], to: texts[1]).pieces
            #expect(pieces.filter { $0.kind != .added }.map(\.text).joined() == texts[0], "\(texts)")
            #expect(pieces.filter { $0.kind != .removed }.map(\.text).joined() == texts[1], "\(texts)")
        }
    }

    @Test("of long texts with nothing in common are found at once")
    func long() {
        let before = String(repeating: "甲", count: 10_000)
        let after = String(repeating: "乙", count: 10_000)
        #expect(TextDifference(from: before, to: after).pieces.map(\.kind) == [.removed, .added])
    }
}
