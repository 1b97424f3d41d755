import Foundation

/// The expressions that a user taught: a name and examples of each, and examples of the face at rest.
package struct TriggerLibrary: Equatable, Sendable {
  /// The name of the examples that are none of the others.
  package static let rest = "rest"
  /// The most names, and the most examples that are kept of each.
  package static let nameLimit = 32
  package static let exampleLimit = 40
  private static let version = 1

  /// Examples by name, each a vector of an expression.
  private(set) var examples: [String: [[Float]]] = [:]

  package init() {}

  /// The taught names in their order, without the rest.
  package var names: [String] { examples.keys.filter { $0 != Self.rest }.sorted() }

  /// How many examples a name has; 0 for one that was not taught.
  package func count(of name: String) -> Int { examples[name]?.count ?? 0 }

  /// Whether a name can be taught: 1 to 40 letters, digits, `_` or `-`, as it becomes part of an address.
  package static func isValid(name: String) -> Bool {
    (1...40).contains(name.count)
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
  }

  /// Puts the examples of a recording in the place of what the name had; examples of rest that show the same are dropped.
  ///
  /// - Throws: ``RigMappingError/unusable(_:)``.
  package mutating func teach(_ name: String, _ recording: TriggerRecording) throws(RigMappingError) {
    guard Self.isValid(name: name) else {
      throw .unusable("“\(name)”: a trigger's name is 1 to 40 letters, digits, _ or -")
    }
    guard recording.vectors.count >= 5 else {
      throw .unusable("\(name): only \(recording.vectors.count) frames show a face; at least 5 are needed")
    }
    guard examples[name] != nil || examples.count < Self.nameLimit else {
      throw .unusable("\(name): there are \(Self.nameLimit) names already; forget one first")
    }
    let new = recording.spread(Self.exampleLimit)
    examples[name] = new
    guard name != Self.rest, var rest = examples[Self.rest] else { return }
    // A recording's rest may hold what is taught now.
    let near = TriggerBank.spread(new) * 1.5
    rest.removeAll { TriggerBank.nearest(new, to: $0) < near }
    examples[Self.rest] = rest.isEmpty ? nil : rest
  }

  /// Forgets a name; false if it was not taught.
  package mutating func forget(_ name: String) -> Bool { examples.removeValue(forKey: name) != nil }
}

extension TriggerLibrary: Codable {
  private enum Key: String, CodingKey {
    case version, examples
  }

  /// - Throws: `DecodingError` for names, sizes or numbers that can't be.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func wrong(_ text: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: values.codingPath, debugDescription: text))
    }
    let version = try values.decode(Int.self, forKey: .version)
    guard version == Self.version else { throw wrong("version \(version); this program reads version \(Self.version)") }
    examples = try values.decode([String: [[Float]]].self, forKey: .examples)
    guard examples.count <= Self.nameLimit else { throw wrong("more than \(Self.nameLimit) names") }
    for (name, vectors) in examples {
      guard Self.isValid(name: name) else { throw wrong("“\(name)” is no name of a trigger") }
      guard (1...Self.exampleLimit).contains(vectors.count) else {
        throw wrong("\(name) has \(vectors.count) examples")
      }
      let isSound = vectors.allSatisfy { $0.count == ExpressionVector.count && $0.allSatisfy { abs($0) <= 100 } }
      guard isSound else { throw wrong("an example of \(name) is not \(ExpressionVector.count) finite numbers") }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(Self.version, forKey: .version)
    try values.encode(examples, forKey: .examples)
  }
}

/// What is seen while an expression is taught.
package struct TriggerRecording: Sendable {
  private(set) var vectors: [[Float]] = []

  package init() {}

  /// How many frames with a face were seen.
  package var count: Int { vectors.count }

  /// Takes the expression that the bank read of the last frame; false where there was no face.
  @discardableResult
  package mutating func add(_ bank: TriggerBank) -> Bool {
    guard bank.hasFace else { return false }
    vectors.append(bank.vector)
    return true
  }

  /// At most so many of the vectors, evenly over the recording.
  func spread(_ limit: Int) -> [[Float]] {
    guard vectors.count > limit else { return vectors }
    return (0..<limit).map { vectors[$0 * vectors.count / limit] }
  }
}
