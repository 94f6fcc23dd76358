import Vocabulary

@testable import Reading

/// Every state that a chain of nodes can reach: breadth first, each state once.
///
/// The network is as bad as can be: whatever was ever sent may arrive at any time, in any order, any number of times, or
/// never. What is bounded is how often people and rules act: only on a task whose revision is below `actsBelow`.
struct OwnershipExplorer {
    struct Outcome {
        var states = 0
        var transitions = 0
        var messages = 0
        var tasks = 0
        /// States in which the task can be claimed at two nodes or more, and how the first of them came about.
        var doublyClaimable = 0
        var firstStory: [String] = []
        /// States from which deliveries alone lead to no state with exactly one owner.
        var stranded = 0
        var readAtEachNode: [Bool] = []
    }

    private struct State: Hashable {
        /// One number for each node's row; 0: none.
        var tasks: SIMD4<UInt16> = .zero
        /// The messages that were ever sent, one bit each.
        var sent: SIMD8<UInt64> = .zero
    }

    /// What a node does with one input in one state of its row; computed once by the real rules.
    private struct Effect {
        var task: UInt16
        var sent: SIMD8<UInt64>
    }

    private let nodes: [ModelNode]
    private let acts: [ModelAct]
    private let actsBelow: Int
    private var tasks: [ReadingTask?] = [nil]
    private var taskNumbers: [ReadingTask: UInt16] = [:]
    private var messages: [AddressedMessage] = []
    private var messageNumbers: [AddressedMessage: Int] = [:]
    private var effects: [Int: Effect?] = [:]

    static let names = ["paotai", "puning", "jieyang"].map { NodeName(rawValue: $0)! }

    init(
        nodes count: Int, acts: [ModelAct], actsBelow: Int, breaking mutation: (inout ModelNode) -> Void = { _ in }
    ) {
        nodes = (0..<count).map { index in
            var node = ModelNode(
                index: index, name: Self.names[index],
                parent: index + 1 < count ? (index + 1, Self.names[index + 1]) : nil,
                children: index > 0 ? [Self.names[index - 1]: index - 1] : [:])
            mutation(&node)
            return node
        }
        self.acts = acts
        self.actsBelow = actsBelow
    }

    mutating func explore() throws -> Outcome {
        var outcome = Outcome(readAtEachNode: nodes.map { _ in false })
        var first = State()
        first.tasks[0] = number(
            ReadingTask(
                id: TaskID.generate(), study: .generate(), origin: Self.names[0], owner: Self.names[0],
                state: .waitingForImages, priority: .routine, isUnrouted: false, createdAt: ModelNode.time,
                revision: 1, changeNumber: 0, changedAt: ModelNode.time))
        var known: [State: Int32] = [first: 0]
        var states = [first]
        var origins: [(from: Int32, input: Int32)] = [(-1, -1)]
        /// Deliveries only, turned round.
        var arrivals: [[Int32]] = [[]]
        var next = 0
        while next < states.count {
            let state = states[next]
            let claimable = nodes.indices.filter { nodes[$0].isClaimable(tasks[Int(state.tasks[$0])]) }
            if claimable.count > 1 {
                outcome.doublyClaimable += 1
                if outcome.firstStory.isEmpty { outcome.firstStory = story(of: next, origins) }
            }
            for index in claimable { outcome.readAtEachNode[index] = true }
            try follow(state) { input, isDelivery, successor in
                outcome.transitions += 1
                let index: Int32
                if let found = known[successor] {
                    index = found
                } else {
                    index = Int32(states.count)
                    known[successor] = index
                    states.append(successor)
                    origins.append((Int32(next), Int32(input)))
                    arrivals.append([])
                }
                if isDelivery { arrivals[Int(index)].append(Int32(next)) }
            }
            next += 1
        }
        outcome.states = states.count
        outcome.messages = messages.count
        outcome.tasks = tasks.count - 1
        outcome.stranded = stranded(states, arrivals)
        return outcome
    }

    // MARK: Successors

    private static let deliveries = 1000

    private mutating func follow(_ state: State, _ visit: (Int, Bool, State) -> Void) throws {
        for node in nodes.indices where state.tasks[node] != 0 {
            for act in acts {
                let input = act.rawValue * 10 + node
                guard let effect = try effect(of: input, at: node, state.tasks[node]) else { continue }
                visit(input, false, applied(effect, at: node, to: state))
            }
        }
        for word in 0..<state.sent.scalarCount {
            var bits = state.sent[word]
            while bits != 0 {
                let message = word * 64 + bits.trailingZeroBitCount
                bits &= bits - 1
                let node = messages[message].to
                let input = Self.deliveries + message
                guard let effect = try effect(of: input, at: node, state.tasks[node]) else { continue }
                let successor = applied(effect, at: node, to: state)
                if successor != state { visit(input, true, successor) }
            }
        }
    }

    private func applied(_ effect: Effect, at node: Int, to state: State) -> State {
        var state = state
        state.tasks[node] = effect.task
        state.sent |= effect.sent
        return state
    }

    private mutating func effect(of input: Int, at node: Int, _ task: UInt16) throws -> Effect? {
        let key = (input << 20 | Int(task)) << 2 | node
        if let known = effects[key] { return known }
        let effect = try computed(input, at: node, tasks[Int(task)])
        effects[key] = .some(effect)
        return effect
    }

    private mutating func computed(_ input: Int, at node: Int, _ task: ReadingTask?) throws -> Effect? {
        let step: ModelNode.Step?
        if input >= Self.deliveries {
            step = try nodes[node].receive(messages[input - Self.deliveries].message, task)
        } else {
            guard let task, task.revision < actsBelow, let act = ModelAct(rawValue: input / 10) else { return nil }
            step = nodes[node].act(act, on: task)
        }
        guard let step else { return nil }
        var sent = SIMD8<UInt64>.zero
        for message in step.messages {
            let bit = number(message)
            guard bit < 512 else { throw TooManyMessages() }
            sent[bit / 64] |= 1 << UInt64(bit % 64)
        }
        return Effect(task: step.task.map { number(ModelNode.plain($0)) } ?? 0, sent: sent)
    }

    struct TooManyMessages: Error {}

    private mutating func number(_ task: ReadingTask) -> UInt16 {
        if let known = taskNumbers[task] { return known }
        let number = UInt16(tasks.count)
        tasks.append(task)
        taskNumbers[task] = number
        return number
    }

    private mutating func number(_ message: AddressedMessage) -> Int {
        if let known = messageNumbers[message] { return known }
        messages.append(message)
        messageNumbers[message] = messages.count - 1
        return messages.count - 1
    }

    // MARK: Judging

    /// Back along the deliveries from every state with exactly one owner.
    private func stranded(_ states: [State], _ arrivals: [[Int32]]) -> Int {
        var isSound = [Bool](repeating: false, count: states.count)
        var open: [Int32] = []
        for (index, state) in states.enumerated()
        where nodes.indices.count(where: { nodes[$0].owns(tasks[Int(state.tasks[$0])]) }) == 1 {
            isSound[index] = true
            open.append(Int32(index))
        }
        while let state = open.popLast() {
            for before in arrivals[Int(state)] where !isSound[Int(before)] {
                isSound[Int(before)] = true
                open.append(before)
            }
        }
        return isSound.count { !$0 }
    }

    private func story(of state: Int, _ origins: [(from: Int32, input: Int32)]) -> [String] {
        var lines: [String] = []
        var at = origins[state]
        while at.from >= 0 {
            let input = Int(at.input)
            lines.append(
                input >= Self.deliveries
                    ? "\(nodes[messages[input - Self.deliveries].to].name) hears "
                        + name(of: messages[input - Self.deliveries].message)
                    : "\(nodes[input % 10].name): \(ModelAct(rawValue: input / 10)!)")
            at = origins[Int(at.from)]
        }
        return lines.reversed()
    }

    private func name(of message: ModelMessage) -> String {
        switch message {
        case .offer(let offer, _): "offer \(offer.revision)"
        case .withdrawal(let offer, _): "withdrawal \(offer.revision)"
        case .answer(let answer): "answer \(answer.revision): owner \(answer.owner)"
        case .notice(let notice): "news \(notice.revision): \(notice.state) at \(notice.owner)"
        }
    }
}
