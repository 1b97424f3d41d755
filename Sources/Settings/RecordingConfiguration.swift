/// What recordings hold and where they lie. Plain values: the pipeline makes a plan of them.
package struct RecordingConfiguration: Equatable, Sendable {
  /// Whether the daemon records from its start on.
  package var atStart = false
  /// The folder, an absolute path; nil takes `$XDG_DATA_HOME/gurn/recordings`.
  package var directory: String?
  /// Whether the pictures are recorded.
  package var video = true
  /// Which curves are.
  package var raw = false
  package var filtered = true
  package var mapped = false
  /// When a new part begins; 0 knows no such limit.
  package var partMinutes = 10.0
  package var partMegabytes = 2000
  /// How many parts of a recording are kept; 0 keeps all.
  package var keepParts = 0

  package init() {}
}
