import Reading
import Testing

@Suite("Reading task state machine")
struct ReadingTaskStateMachineTests {
    static let events: [(name: String, event: ReadingTaskEvent)] = [
        ("ready", .becameReady), ("offer", .offered), ("passed", .ownershipPassed),
        ("back", .ownershipReturned(wasReady: true)), ("backWaiting", .ownershipReturned(wasReady: false)),
        ("claim", .claimed), ("unclaim", .claimEnded), ("draft", .draftSaved), ("prelim", .preliminarySigned),
        ("final", .finalSigned(singleReaderAllowed: false)), ("single", .finalSigned(singleReaderAllowed: true)),
        ("toAuthor", .returnedToAuthor), ("release", .released), ("deliver", .delivered), ("ack", .acknowledged),
        ("retake", .retakeRequested), ("retaken", .retakeDone), ("recall", .recalled), ("cancel", .cancelled),
    ]

    /// One line for each state: what it moves to (`>`), what leaves it as it is (`=`); everything else is refused for
    /// the reason behind `!`, or for the one named with `!event:reason`.
    static let table: [(ReadingTaskState, String)] = [
        (
            .waitingForImages,
            """
            ready>ready offer>offered passed>forwarded retake>returnedForRetake cancel>cancelled
            !claim:images_missing !draft:images_missing !prelim:images_missing !final:images_missing
            !single:images_missing !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !unclaim:not_claimed
            !toAuthor:needs_preliminary !release:not_final !deliver:not_released !ack:not_released
            !retaken:no_retake_awaited !recall:nothing_to_recall
            """
        ),
        (
            .ready,
            """
            ready= offer>offered passed>forwarded claim>claimed retake>returnedForRetake cancel>cancelled
            !draft:not_claimed !prelim:not_claimed !final:not_claimed !single:not_claimed !unclaim:not_claimed
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !toAuthor:needs_preliminary
            !release:not_final !deliver:not_released !ack:not_released !retaken:no_retake_awaited
            !recall:nothing_to_recall
            """
        ),
        (
            .claimed,
            """
            ready= claim= draft= unclaim>ready prelim>preliminary single>final retake>returnedForRetake
            !final:needs_preliminary !offer:being_read !passed:being_read !cancel:being_read
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !toAuthor:needs_preliminary
            !release:not_final !deliver:not_released !ack:not_released !retaken:no_retake_awaited
            !recall:nothing_to_recall
            """
        ),
        (
            .preliminary,
            """
            ready= claim= unclaim= draft= final>final single>final toAuthor>ready retake>returnedForRetake
            !offer:being_read !passed:being_read !cancel:being_read !prelim:already_signed
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !release:not_final !deliver:not_released
            !ack:not_released !retaken:no_retake_awaited !recall:nothing_to_recall
            """
        ),
        (
            .final,
            """
            ready= release>released recall>recalled !already_signed !deliver:not_released !ack:not_released
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !retaken:no_retake_awaited
            """
        ),
        (
            .released,
            """
            ready= release= deliver>delivered ack>acknowledged recall>recalled !already_signed
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !retaken:no_retake_awaited
            """
        ),
        (
            .delivered,
            """
            ready= release= deliver= ack>acknowledged recall>recalled !already_signed
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !retaken:no_retake_awaited
            """
        ),
        (
            .acknowledged,
            """
            ready= release= deliver= ack= recall>recalled !already_signed
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere !retaken:no_retake_awaited
            """
        ),
        (
            .offered,
            "ready= offer= passed>forwarded back>ready backWaiting>waitingForImages !frozen_by_offer"
        ),
        (
            .forwarded,
            "ready= passed= deliver= ack= back>ready backWaiting>waitingForImages !owned_elsewhere"
        ),
        (
            .returnedForRetake,
            """
            ready= retake= retaken>ready cancel>cancelled !retake_awaited
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere
            """
        ),
        (
            .recalled,
            """
            ready= recall= deliver= ack= claim>claimed cancel>cancelled retake>returnedForRetake !recalled
            !back:not_owned_elsewhere !backWaiting:not_owned_elsewhere
            """
        ),
        (.cancelled, "ready= unclaim= cancel= !cancelled"),
    ]

    @Test("every event in every state does what the table says")
    func everyCell() throws {
        #expect(Set(Self.table.map(\.0)) == Set(ReadingTaskState.allCases))
        for (state, line) in Self.table {
            var expected: [String: ReadingTaskTransition] = [:]
            var otherwise: ReadingTaskRefusal?
            for word in line.split(whereSeparator: \.isWhitespace).map(String.init) {
                if word.hasPrefix("!") {
                    let parts = word.dropFirst().split(separator: ":").map(String.init)
                    let refusal = try #require(ReadingTaskRefusal(rawValue: parts.last!))
                    if parts.count == 2 { expected[parts[0]] = .refused(refusal) } else { otherwise = refusal }
                } else if word.hasSuffix("=") {
                    expected[String(word.dropLast())] = .unchanged
                } else {
                    let parts = word.split(separator: ">").map(String.init)
                    expected[parts[0]] = .to(try #require(ReadingTaskState(rawValue: parts[1])))
                }
            }
            #expect(expected.keys.allSatisfy { name in Self.events.contains { $0.name == name } })
            for (name, event) in Self.events {
                let cell = try #require(expected[name] ?? otherwise.map { .refused($0) }, "\(state) × \(name)")
                #expect(
                    ReadingTaskStateMachine.transition(from: state, on: event) == cell, "\(state.rawValue) × \(name)")
            }
        }
    }

    @Test("nothing but an unfrozen task that is owned here can be claimed")
    func claimable() {
        let claimable = ReadingTaskState.allCases.filter {
            if case .refused = ReadingTaskStateMachine.transition(from: $0, on: .claimed) { return false }
            return true
        }
        #expect(Set(claimable) == ReadingTaskState.onTheReadersDesk)
    }
}
