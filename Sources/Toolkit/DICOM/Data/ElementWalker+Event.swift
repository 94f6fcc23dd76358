// What a walker meets.

extension ElementWalker {
    struct Element {
        var tag: Tag
        var vr: VR
        /// Where the value begins.
        var offset: Int
        /// Of the value; -1 where it is delimited.
        var length: Int
        var encoding: ElementEncoding
    }

    enum Event {
        case value(Element)
        case sequenceStart(Element)
        case itemStart
        case itemEnd
        case sequenceEnd
        case fragmentsStart(Element)
        case fragment(Range<Int>)
        case fragmentsEnd
    }
}
