import Foundation

/// Reads an expression by recursive descent: sums of products of signed factors.
struct RigExpressionParser {
  private typealias Step = RigExpression.Step

  private let text: [Character]
  private var position = 0
  private var steps: [Step] = []
  /// How many values stand on the stack.
  private var height = 0
  private var nesting = 0

  init(_ text: String) { self.text = Array(text) }

  mutating func parse() throws(RigMappingError) -> [RigExpression.Step] {
    try sum()
    skipSpace()
    if position < text.count { throw fault("“\(text[position])” is not expected here; write an operator: + - * /") }
    return steps
  }

  private mutating func sum() throws(RigMappingError) {
    try product()
    while let sign = take("+-") {
      try product()
      emit(sign == "+" ? .add : .subtract, change: -1)
    }
  }

  private mutating func product() throws(RigMappingError) {
    try factor()
    while let sign = take("*/") {
      try factor()
      emit(sign == "*" ? .multiply : .divide, change: -1)
    }
  }

  private mutating func factor() throws(RigMappingError) {
    if take("-") != nil {
      try nested { (parser) throws(RigMappingError) in try parser.factor() }
      return emit(.negate, change: 0)
    }
    if take("(") != nil {
      try nested { (parser) throws(RigMappingError) in try parser.sum() }
      return try expect(")")
    }
    skipSpace()
    let start = position
    let word = takeWord { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
    guard let first = word.first else {
      throw fault(position < text.count ? "“\(text[position])” is not expected here" : "the expression ends too early")
    }
    if first.isNumber || first == "." {
      guard word.allSatisfy({ $0.isASCII }), let value = Float(word), value.isFinite else {
        throw fault("“\(word)” is no number", at: start)
      }
      try push(.constant(value), at: start)
    } else if ["min", "max", "mean", "abs"].contains(word) {
      try call(word, at: start)
    } else if let signal = RigSignal(name: word) {
      try push(.signal(signal, 1), at: start)
    } else {
      throw fault("“\(word)” is no channel\(Self.hint(word))", at: start)
    }
  }

  /// A function of one or more arguments; `mean` is their sum over their number.
  private mutating func call(_ name: String, at start: Int) throws(RigMappingError) {
    try expect("(")
    try nested { (parser) throws(RigMappingError) in try parser.sum() }
    var count = 1
    while take(",") != nil {
      try nested { (parser) throws(RigMappingError) in try parser.sum() }
      count += 1
      emit(name == "min" ? .minimum : name == "max" ? .maximum : .add, change: -1)
    }
    try expect(")")
    if name == "abs" {
      guard count == 1 else { throw fault("abs takes one value", at: start) }
      emit(.absolute, change: 0)
    }
    if name == "mean" {
      try push(.constant(Float(count)), at: start)
      emit(.divide, change: -1)
    }
  }

  private mutating func nested(
    _ body: (inout RigExpressionParser) throws(RigMappingError) -> Void
  ) throws(RigMappingError) {
    nesting += 1
    guard nesting <= 32 else { throw fault("brackets are nested more than 32 deep") }
    try body(&self)
    nesting -= 1
  }

  private mutating func push(_ step: RigExpression.Step, at start: Int) throws(RigMappingError) {
    guard height < RigExpression.depth else {
      throw fault("the expression holds more than \(RigExpression.depth) open values; make it simpler", at: start)
    }
    emit(step, change: 1)
  }

  private mutating func emit(_ step: RigExpression.Step, change: Int) {
    steps.append(step)
    height += change
  }

  private mutating func skipSpace() {
    while position < text.count, text[position].isWhitespace { position += 1 }
  }

  private mutating func take(_ signs: String) -> Character? {
    skipSpace()
    guard position < text.count, signs.contains(text[position]) else { return nil }
    position += 1
    return text[position - 1]
  }

  private mutating func expect(_ sign: Character) throws(RigMappingError) {
    guard take(String(sign)) != nil else { throw fault("“\(sign)” is missing here") }
  }

  private mutating func takeWord(_ belongs: (Character) -> Bool) -> String {
    let start = position
    while position < text.count, belongs(text[position]) { position += 1 }
    return String(text[start..<position])
  }

  private func fault(_ message: String, at offset: Int? = nil) -> RigMappingError {
    .expression(message, offset: offset ?? position)
  }

  /// A suggestion for a name that differs in case only, or the list of what there is.
  private static func hint(_ word: String) -> String {
    let near = RigSignal.names.first { $0.lowercased() == word.lowercased() }
    return near.map { "; did you mean '\($0)'?" }
      ?? "; channels are ARKit's names, such as jawOpen, or headYaw … gazeRightPitch"
  }
}
