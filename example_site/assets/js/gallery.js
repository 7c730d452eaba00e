// The pictures of the year, one by one over the page. PhotoSwipe itself is loaded with the first click.
import PhotoSwipeLightbox from "../vendor/photoswipe/photoswipe-lightbox.esm.js";

const lightbox = new PhotoSwipeLightbox({
  gallery: ".year",
  children: "a",
  pswpModule: () => import("../vendor/photoswipe/photoswipe.esm.js"),
});
lightbox.init();
