/// What can go wrong while training data or sessions are made.
package enum GeneratorError: Error, Equatable, CustomStringConvertible {
  /// A file or folder of the assets is not there.
  case missingAsset(path: String)
  /// An asset is there but not what it should be.
  case malformedAsset(path: String, fault: String)
  /// The output folder holds files already and `--force` was not given.
  case outputNotEmpty(path: String)
  /// A file could not be written.
  case writeFailed(path: String, fault: String)
  /// libav refused a picture or clip.
  case codec(call: String, fault: String)
  /// A request that makes no sense, such as a negative count.
  case badRequest(String)

  package var description: String {
    switch self {
    case .missingAsset(let path):
      path.contains("makehuman_cc0")
        ? "\(path): not found; the MakeHuman rig needs it: give its folder's parent with --assets, or do without: --rig ict"
        : "\(path): not found; give the folder that holds ict_facekit with --assets"
    case .malformedAsset(let path, let fault): "\(path): \(fault)"
    case .outputNotEmpty(let path): "\(path): not empty; choose another folder or add --force"
    case .writeFailed(let path, let fault): "\(path): cannot write: \(fault)"
    case .codec(let call, let fault): "\(call): \(fault)"
    case .badRequest(let fault): fault
    }
  }
}
