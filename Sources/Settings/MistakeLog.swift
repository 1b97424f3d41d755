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

  /// Adds the mistakes of a file that this one names.
  func add(_ mistakes: [Mistake]) { self.mistakes += mistakes }

  func note(key: String, isPresent: Bool) {
    knownKeys.insert(key)
    if isPresent { presentKeys.insert(key) }
  }

  /// By line and column, those of files that this one names last.
  var sorted: [Mistake] {
    func order(_ mistake: Mistake) -> (Int, String, Int, Int, String) {
      (mistake.file == file ? 0 : 1, mistake.file, mistake.line, mistake.column, mistake.text)
    }
    return mistakes.sorted { order($0) < order($1) }
  }
}
