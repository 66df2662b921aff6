/** The typefaces, shipped with the app. Noto Sans SC comes in subsets by code point: a page loads the few it shows. */
import './noto-sans.css';
import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
