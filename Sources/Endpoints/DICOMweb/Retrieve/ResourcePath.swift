// Which study, series, instance and frames an address names.

import HTTPService
import Hummingbird
import Vocabulary

enum ResourcePath {
    /// - Throws: 400 for what is no UID.
    static func study(in context: JieliRequestContext) throws -> StudyInstanceUID {
        guard let uid = try study(in: context, isOptional: true) else { throw HTTPProblem.badUID("Study Instance UID") }
        return uid
    }

    static func study(in context: JieliRequestContext, isOptional: Bool) throws -> StudyInstanceUID? {
        try uid("study", "Study Instance UID", in: context)
    }

    static func series(in context: JieliRequestContext, isOptional: Bool) throws -> SeriesInstanceUID? {
        try uid("series", "Series Instance UID", in: context)
    }

    static func instance(in context: JieliRequestContext) throws -> SOPInstanceUID {
        guard let found: SOPInstanceUID = try uid("instance", "SOP Instance UID", in: context) else {
            throw HTTPProblem.badUID("SOP Instance UID")
        }
        return found
    }

    private static func uid<Identifier: UniqueIdentifier>(
        _ parameter: String, _ name: String, in context: JieliRequestContext
    ) throws -> Identifier? {
        guard let text = context.parameters.get(parameter) else { return nil }
        guard let uid = Identifier(rawValue: text) else { throw HTTPProblem.badUID(name) }
        return uid
    }

    private static let mostFrames = 10_000

    /// Frame numbers counted from zero, from a list counted from one; the first where the path names none.
    ///
    /// - Throws: 400 for what is no list of numbers.
    static func frames(in context: JieliRequestContext) throws -> [Int] {
        guard let text = context.parameters.get("frames") else { return [0] }
        let parts = text.replacing("%2C", with: ",").replacing("%2c", with: ",")
            .split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.count <= mostFrames, numbers.allSatisfy({ $0 >= 1 }) else {
            throw HTTPProblem.badParameter(
                "frames",
                Sentence("帧号应为以逗号分隔的正整数", "frames must be whole numbers from 1, separated by commas"))
        }
        return numbers.map { $0 - 1 }
    }
}
