import Observability
import Testing

@Suite("Redaction")
struct RedactedTests {
    @Test("a patient's name appears nowhere, however it is printed")
    func hidden() {
        let redacted = Redacted("张三^Zhang^San")
        for text in [
            "\(redacted)", String(describing: redacted), [redacted].description, String(describing: Optional(redacted)),
        ] {
            #expect(!text.contains("Zhang") && !text.contains("张"), "\(text)")
        }
    }

    @Test("the debugger's and dump's view hide it, too")
    func reflection() {
        var dumped = ""
        dump(Redacted("Zhang^San"), to: &dumped)
        #expect(!dumped.contains("Zhang"), "\(dumped)")
        #expect(!String(reflecting: Redacted("Zhang^San")).contains("Zhang"))
    }

    @Test("lines about one patient can be joined, and two patients told apart")
    func joined() {
        #expect("\(Redacted("00123"))" == "\(Redacted("00123"))")
        #expect("\(Redacted("00123"))" != "\(Redacted("00124"))")
        #expect("\(Redacted(""))".wholeMatch(of: /redacted-[0-9a-f]{12}/) != nil)
    }
}
