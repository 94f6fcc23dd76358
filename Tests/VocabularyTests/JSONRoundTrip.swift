// How values travel between nodes.

import Foundation

/// The value as a string of JSON, as NodeLink sends it.
func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode([value]).dropFirst().dropLast(), as: UTF8.self)
}

/// Inside an array, as the decoder of a file or a message meets it.
func value<Value: Decodable>(_ type: Value.Type, from json: String) throws -> Value? {
    try JSONDecoder().decode([Value].self, from: Data("[\(json)]".utf8)).first
}

/// What `value(_:from:)` says when it refuses.
func refusal<Value: Decodable>(_ type: Value.Type, of json: String) -> String? {
    do {
        _ = try value(type, from: json)
        return nil
    } catch DecodingError.dataCorrupted(let context) {
        return context.debugDescription
    } catch {
        return "\(error)"
    }
}
