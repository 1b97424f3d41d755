/// The candidate that `name` is most likely a slip of: the one with the fewest edits, at most a third of its length and one.
func nearestName(to name: String, among candidates: [String]) -> String? {
  let best = candidates.map { (name: $0, edits: editDistance(name.lowercased(), $0.lowercased())) }
    .min { $0.edits < $1.edits }
  guard let best, best.edits <= best.name.count / 3 + 1, best.edits < best.name.count else { return nil }
  return best.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var rows = [[Int]](repeating: Array(0...b.count), count: a.count + 1)
  for i in a.indices {
    rows[i + 1][0] = i + 1
    for j in b.indices {
      var edits = min(rows[i][j + 1] + 1, rows[i + 1][j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, rows[i - 1][j - 1] + 1) }
      rows[i + 1][j + 1] = edits
    }
  }
  return rows[a.count][b.count]
}
