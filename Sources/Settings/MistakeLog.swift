import Yams

/// Collects what is wrong while a file is read, and which keys were asked for and found.
final class MistakeLog {
  let file: String
  private(set) var mistakes: [Mistake] = []
  /// Every key that the reader knows, such as `source.fps` or `targets[].port`.
  private(set) var knownKeys: Set<String> = []
  /// Those of them that the file sets.
  private(set) var presentKeys: Set<String> = []

  init(file: String) { self.file = file }

  /// - Parameter offset: how many characters after the mark the mistake stands, in its line.
  func add(_ text: String, at mark: Mark?, offset: Int = 0) {
    mistakes.append(Mistake(file: file, line: mark?.line ?? 1, column: (mark?.column ?? 1) + offset, text: text))
  }

  func note(key: String, isPresent: Bool) {
    knownKeys.insert(key)
    if isPresent { presentKeys.insert(key) }
  }

  /// By line and column.
  var sorted: [Mistake] { mistakes.sorted { ($0.line, $0.column, $0.text) < ($1.line, $1.column, $1.text) } }
}
