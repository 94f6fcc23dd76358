import Observability
import Testing

@Suite("Terminal text")
struct TerminalTextTests {
    @Test(
        "a Chinese character takes two columns, a combining one none",
        arguments: [("", 0), ("abc", 3), ("炮台", 4), ("CT 胸部", 7), ("ｅ", 2), ("e\u{0301}", 1), ("，", 2), ("█", 1)])
    func width(text: String, columns: Int) {
        #expect(TerminalText.width(text) == columns)
    }

    @Test("is filled up and cut by columns, never in the middle of a character")
    func fitting() {
        #expect(TerminalText.padded("炮台", to: 6) == "炮台  ")
        #expect(TerminalText.padded("炮台卫生院", to: 6) == "炮台卫生院")
        #expect(TerminalText.cut("abcdef", to: 6) == "abcdef")
        #expect(TerminalText.cut("abcdefg", to: 6) == "abcde…")
        #expect(TerminalText.cut("炮台卫生院", to: 6) == "炮台…")
        #expect(TerminalText.width(TerminalText.cut("炮台卫生院", to: 5)) <= 5)
    }

    @Test("stands in columns, without spaces at the ends of lines")
    func table() {
        #expect(
            TerminalText.table([["节点", "n"], ["paotai", "12"], ["x"]]) == """
                节点    n
                paotai  12
                x
                """)
        #expect(TerminalText.table([]).isEmpty)
    }

    @Test(
        "amounts of bytes are short",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_550_000, "1.6 MB"), (250_000_000, "250 MB"),
            (1_500_000_000, "1.5 GB"), (5_000_000_000_000_000, "5000 TB"),
        ] as [(Int64, String)])
    func bytes(count: Int64, expected: String) {
        #expect(TerminalText.bytes(count) == expected)
    }
}
