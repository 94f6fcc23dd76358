import Testing
import Vocabulary

@Suite("Digests")
struct DigestTests {
    static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("are SHA-256 (FIPS 180-4 examples)", arguments: [("", empty), ("abc", abc)])
    func known(text: String, expected: String) {
        #expect(Digest(of: text.utf8).hexadecimal == expected)
        #expect(Digest(of: Array(text.utf8)).description == expected)
    }

    @Test("travel as 64 lower-case hexadecimal digits")
    func codable() throws {
        let digest = Digest(of: "abc".utf8)
        #expect(try json(digest) == "\"\(Self.abc)\"")
        #expect(try value(Digest.self, from: "\"\(Self.abc)\"") == digest)
        #expect(Digest(hexadecimal: Self.abc) == digest)
    }

    @Test(
        "refuse any other spelling, so that equal digests are equal texts",
        arguments: [
            "", abc.uppercased(), String(abc.dropLast()), abc + "0", "g" + abc.dropFirst(), " " + abc.dropFirst(),
        ])
    func refused(text: String) {
        #expect(Digest(hexadecimal: text) == nil)
        #expect(refusal(Digest.self, of: "\"\(text)\"") == "not a SHA-256 digest in hexadecimal")
    }
}
