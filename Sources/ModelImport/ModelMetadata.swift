import Foundation
import NeuralGraph

/// What the training writes beside the network, as JSON under the key `gurn` of the ONNX metadata.
///
/// `{"name": …, "normalization": "meanVariance" | "none", "outputs": [{"name", "unit", "tensor", "range", "elements"}],
/// "crops": [{"landmarks", "offset", "side", "mirrored"}]}`; `range` is [first, one after the last] of the tensor's elements,
/// all of them without it; `crops` may be missing.
struct ModelMetadata: Decodable {
  struct Output: Decodable {
    var name: String
    var unit: String?
    var tensor: String
    var range: [Int]?
    var elements: [String]?
  }

  struct Crop: Decodable {
    var landmarks: [Int]
    var offset: Float
    var side: Float
    var mirrored: Bool
  }

  var name: String
  var normalization: String
  var outputs: [Output]
  var crops: [Crop]?

  /// The metadata of a model, or nil where it has none.
  init?(_ model: ONNXModelProto) throws(ImportError) {
    guard let entry = model.metadataProps.first(where: { $0.key == "gurn" }) else { return nil }
    do {
      self = try JSONDecoder().decode(ModelMetadata.self, from: Data(entry.value.utf8))
    } catch let error as DecodingError {
      throw .metadata(error.place)
    } catch {
      throw .metadata("no JSON")
    }
    guard !outputs.isEmpty else { throw .metadata("it names no outputs") }
  }

  /// Where the network looks.
  func landmarkCrops() throws(ImportError) -> [LandmarkCrop] {
    var result: [LandmarkCrop] = []
    for crop in crops ?? [] {
      guard
        let crop = LandmarkCrop(
          validating: crop.landmarks, offset: crop.offset, sideFactor: crop.side, mirrored: crop.mirrored)
      else { throw .metadata("crop \(result.count) lies nowhere: it needs landmarks, an offset and a side above 0") }
      result.append(crop)
    }
    return result
  }

  /// How the luma crop is normalised.
  func inputNormalization() throws(ImportError) -> Graph.Normalization {
    switch normalization {
    case "meanVariance": return .meanVariance
    case "none": return .none
    default: throw .metadata("normalization '\(normalization)' is neither 'meanVariance' nor 'none'")
    }
  }
}

extension DecodingError {
  /// What is wrong, and where in the JSON.
  fileprivate var place: String {
    func path(_ context: Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
    switch self {
    case .keyNotFound(let key, let context): return "key '\(key.stringValue)' is missing in '\(path(context))'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "'\(path(context))' has the wrong type"
    case .dataCorrupted: return "no valid JSON"
    @unknown default: return "no valid JSON"
    }
  }
}
