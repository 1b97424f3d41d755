/// The numbers of the faces that are followed at once: 0 and up, a face's own for as long as it is held and a while longer.
package enum FaceNumber {
  /// As many faces as can be followed at once.
  package static let most = 4
}
