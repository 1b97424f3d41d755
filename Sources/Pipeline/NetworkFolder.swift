import FaceTracking
import Foundation

/// A folder of network sets: `full/` and `lite/` with the `.gurn` files of each, or one of the two alone.
///
/// For experiments a folder may also hold the files itself. Then it is the only set, and serves whatever set is asked for.
package struct NetworkFolder: Sendable {
  private static let mark = "window.gurn"

  package let path: String
  /// Whether the folder is itself a set.
  package let isSet: Bool
  /// The sets that are there; empty where the folder is itself one.
  package let sets: [NetworkSet]

  /// - Parameter explicit: a folder that was asked for by name; nil takes what ships with Gurn, `Models` of a checkout or
  ///   `share/gurn/models` of an installation.
  /// - Throws: ``PipelineError/missing(what:tried:)`` where there are no networks.
  package init(explicit: String?) throws(PipelineError) {
    if let explicit {
      path = explicit
    } else {
      let full = try ResourceFolders.find("Models/full/" + Self.mark, installed: "models/full/" + Self.mark)
      path = URL(filePath: full).deletingLastPathComponent().deletingLastPathComponent().path()
    }
    let path = path
    isSet = ResourceFolders.isThere(path + "/" + Self.mark)
    sets = isSet ? [] : NetworkSet.allCases.filter { ResourceFolders.isThere("\(path)/\($0.rawValue)/\(Self.mark)") }
    guard isSet || !sets.isEmpty else {
      throw .missing(
        what: "networks (\(Self.mark), …)", tried: [path] + NetworkSet.allCases.map { path + "/" + $0.rawValue })
    }
  }

  /// The folder with the files of a set.
  ///
  /// - Throws: ``PipelineError/missing(what:tried:)`` where that set is not there.
  package func path(of set: NetworkSet) throws(PipelineError) -> String {
    if isSet { return path }
    let folder = path + "/" + set.rawValue
    guard sets.contains(set) else {
      throw .missing(what: "networks \(set.rawValue) (\(Self.mark), …)", tried: [folder])
    }
    return folder
  }
}
