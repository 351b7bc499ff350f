<?php

// Loads the files that it is given, since PHP has no compiler that would find what is wrong with them.

error_reporting(E_ALL & ~E_DEPRECATED);
set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, $level, $file, $line);
}, E_ALL & ~E_DEPRECATED);

require 'vendor/autoload.php';

foreach (array_slice($argv, 1) as $file) {
    require_once $file;
}
